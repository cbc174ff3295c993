#include "operators/aggregation/change_rows.h"

#include <algorithm>
#include <numeric>

#include "data/gathered.h"

namespace pactolus {

void ChangeRows::add(Change change, uint32_t place, std::span<const ColumnPtr> values, uint32_t row) {
  for (uint32_t earlier : as_they_are() ? std::span<const uint32_t>(places_) : std::span<const uint32_t>()) {
    changes_.push_back(Change::kInsert);
    values_.push_back({values_of_base(), earlier});
  }
  places_.push_back(place);
  changes_.push_back(change);
  values_.push_back({values, row});
}

void ChangeRows::insert(uint32_t place) {
  if (as_they_are()) {
    places_.push_back(place);
  } else {
    add(Change::kInsert, place, values_of_base(), place);
  }
}

ColumnBatch ChangeRows::batch() const {
  ColumnBatch batch = base_;
  batch.selection = places_;
  if (as_they_are()) return batch;
  auto system = gathered_system(*base_.system, places_);
  system->change = changes_;
  batch.system = std::move(system);
  std::iota(batch.selection.begin(), batch.selection.end(), 0U);
  for (size_t i = 0; i < group_columns_; ++i) batch.columns[i] = gathered(base_.columns[i], places_);
  for (size_t i = group_columns_; i < batch.columns.size(); ++i) {
    auto column = make_column(base_.columns[i]->type(), values_.size(), Column::Unwritten{});
    std::vector<const Column*> kept;
    visit_physical(column->type().kind, [&]<class T>() {
      for (size_t row = 0; row < values_.size(); ++row) {
        const ColumnPtr& from = values_[row].columns[i - group_columns_];
        column->template values<T>()[row] = from->values<T>()[values_[row].row];
        column->nulls()[row] = from->nulls()[values_[row].row];
        if (std::ranges::find(kept, from.get()) != kept.end()) continue;
        column->keep(from);
        kept.push_back(from.get());
      }
    });
    batch.columns[i] = std::move(column);
  }
  return batch;
}

}  // namespace pactolus
