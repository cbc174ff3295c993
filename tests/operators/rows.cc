#include "rows.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "base/arena.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

std::string row_text(const ColumnBatch& batch, uint32_t row) {
  std::string text;
  for (const ColumnPtr& column : batch.columns) {
    if (column != batch.columns.front()) text += "|";
    if (column->is_null(row)) {
      text += "NULL";
    } else {
      append_value(*column, row, text);
    }
  }
  return text;
}

std::string seconds(EventTime time) {
  if (time == EventTime::min()) return "-";
  std::string text;
  append_double(static_cast<double>(time.micros()) / 1e6, text);
  return text;
}

ColumnPtr make_column(const Type& type, const std::vector<InputRow>& rows, size_t index) {
  auto column = make_column(type, rows.size());
  auto arena = std::make_shared<Arena>();
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::optional<std::string>& value = rows[row].values.at(index);
    if (!value) {
      column->set_null(row);
      continue;
    }
    INFO(*value);
    REQUIRE(parse_value(arena->copy(*value), *column, row, *arena).ok());
  }
  column->keep(arena);
  return column;
}

}  // namespace

EventTime at_second(int64_t second) { return EventTime{second * 1'000'000}; }

ColumnBatch make_batch(const Schema& schema, const std::vector<InputRow>& rows) {
  ColumnBatch batch{&schema, {}, nullptr, std::vector<uint32_t>(rows.size())};
  std::iota(batch.selection.begin(), batch.selection.end(), 0U);
  for (size_t i = 0; i < schema.size(); ++i) batch.columns.push_back(make_column(schema[i].type, rows, i));
  auto system = std::make_shared<SystemColumns>();
  for (const InputRow& row : rows) {
    system->event_time.push_back(at_second(row.time));
    system->row_watermark.push_back(row.watermark == INT64_MIN ? EventTime::min() : at_second(row.watermark));
    system->change.push_back(row.change);
  }
  if (std::ranges::count(system->change, Change::kInsert) == std::ssize(rows)) system->change.clear();
  batch.system = std::move(system);
  return batch;
}

void RecordedOutput::record(const std::string& output, const ColumnBatch& batch) {
  REQUIRE(batch.columns.size() == batch.schema->size());
  const SystemColumns& system = *batch.system;
  for (uint32_t row : batch.selection) {
    const Change change = batch.change_of(row);
    const std::string mark = change == Change::kRetract ? "- " : change == Change::kReplaced ? "< " : "+ ";
    rows_.push_back(output + mark + row_text(batch, row) + " @" + seconds(system.event_time[row]) + " w" +
                    seconds(system.row_watermark[row]));
  }
}

void RecordedOutput::dead_letter(const ColumnBatch& batch, const RowError& error) {
  dead_letters_.push_back(error.code + ": " + error.message + " {" + row_text(batch, error.row) + "}");
}

}  // namespace pactolus
