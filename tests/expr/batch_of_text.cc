#include "expr/batch_of_text.h"

#include <algorithm>
#include <numeric>

#include "base/arena.h"
#include "base/check.h"
#include "data/text_format.h"

namespace pactolus::testing {
namespace {

ColumnPtr column_of(const TextColumn& from, Type type) {
  auto column = make_column(type, from.values.size());
  auto memory = std::make_shared<Arena>();
  for (size_t row = 0; row < from.values.size(); ++row) {
    if (from.values[row] == "NULL") {
      column->set_null(row);
      continue;
    }
    std::string_view text = from.values[row];
    if (text == "''") text = {};
    const bool read = parse_value(memory->copy(text), *column, row, *memory).ok();
    PACTOLUS_CHECK(read, from.name + ": " + std::string{text});
  }
  column->keep(std::move(memory));
  return column;
}

}  // namespace

std::vector<std::string> split_cells(const std::string& line) {
  constexpr std::string_view kSeparator = " | ";
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t end; (end = line.find(kSeparator, begin)) != std::string::npos;
       begin = end + kSeparator.size()) {
    parts.push_back(line.substr(begin, end - begin));
  }
  parts.push_back(line.substr(begin));
  return parts;
}

TextColumn text_column(const std::vector<std::string>& cells) {
  return {cells[0], cells[1], {cells.begin() + 2, cells.end()}};
}

TestBatch batch_of(const std::vector<TextColumn>& columns) {
  TestBatch result;
  std::vector<Field> fields;
  size_t rows = columns.empty() ? 1 : columns[0].values.size();
  for (const TextColumn& column : columns) {
    Type type = *parse_type(column.type);
    fields.push_back({column.name, type, std::ranges::count(column.values, "NULL") > 0});
    result.batch.columns.push_back(column_of(column, type));
  }
  result.schema = Schema(std::move(fields));
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(rows, EventTime(1'767'225'600'000'000));
  result.batch.system = std::move(system);
  result.batch.selection.resize(rows);
  std::iota(result.batch.selection.begin(), result.batch.selection.end(), 0U);
  return result;
}

std::string shown(const Column& column, size_t row) {
  if (column.is_null(row)) return "NULL";
  std::string text;
  append_value(column, row, text);
  return text.empty() ? "''" : text;
}

}  // namespace pactolus::testing
