#pragma once

#include <memory>
#include <span>

#include "data/column_batch.h"
#include "data/copy_slot.h"

namespace pactolus {

/// Rows `rows` of a column, in that order; a row may come several times.
inline ColumnPtr gathered(const ColumnPtr& column, std::span<const uint32_t> rows) {
  auto result = make_column(column->type(), rows.size(), Column::Unwritten{});
  result->keep(column);
  visit_physical(column->type().kind, [&]<class T>() {
    for (size_t i = 0; i < rows.size(); ++i) {
      result->values<T>()[i] = column->values<T>()[rows[i]];
      result->nulls()[i] = column->nulls()[rows[i]];
    }
  });
  return result;
}

/// The same of system columns.
inline std::shared_ptr<SystemColumns> gathered_system(const SystemColumns& system,
                                                      std::span<const uint32_t> rows) {
  auto result = std::make_shared<SystemColumns>();
  const auto gather = [&](const auto& from, auto& to) {
    if (from.empty()) return;
    to.reserve(rows.size());
    for (uint32_t row : rows) to.push_back(from[row]);
  };
  gather(system.event_time, result->event_time);
  gather(system.row_watermark, result->row_watermark);
  gather(system.change, result->change);
  gather(system.source_row, result->source_row);
  result->source = system.source;
  return result;
}

}  // namespace pactolus
