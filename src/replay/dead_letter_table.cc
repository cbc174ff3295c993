#include "replay/dead_letter_table.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

const SourcePlan* source_of(const Plan& plan, const DeadLetter& letter) {
  auto found = std::ranges::find_if(plan.sources, [&](const auto& s) { return s->topic == letter.topic; });
  return found == plan.sources.end() ? nullptr : found->get();
}

/// Where a source's field stands in its records.
std::string place_of(const SourcePlan* source, const std::string& name) {
  if (source == nullptr) return name;
  auto field =
      std::ranges::find_if(source->fields, [&](const SourceField& f) { return lower_case(f.name) == name; });
  if (field == source->fields.end() || field->path.empty()) return name;
  std::string dotted;
  for (const std::string& part : field->path) dotted += (dotted.empty() ? "" : ".") + part;
  return lower_case(dotted);
}

/// One dead letter as a row of the given columns (lower case).
ArrivedCells row_of(const Plan& plan, const DeadLetter& letter, std::span<const std::string> columns) {
  const SourcePlan* source = source_of(plan, letter);
  std::map<std::string, Cell> fields = letter.fields();
  ArrivedCells row;
  for (const std::string& column : columns) {
    if (column == "step") {
      row.emplace_back(untyped_cell(letter.step));
    } else if (column == "code") {
      row.emplace_back(untyped_cell(letter.code));
    } else if (column == "message") {
      row.emplace_back(untyped_cell(letter.message));
    } else if (column == "source") {
      row.push_back(source ? std::optional(untyped_cell(source->name)) : std::nullopt);
    } else {
      auto found = fields.find(column);
      if (found == fields.end()) found = fields.find(place_of(source, column));
      row.push_back(found == fields.end() ? std::nullopt : std::optional(found->second));
    }
  }
  return row;
}

}  // namespace

TableComparison compare_dead_letters(const Plan& plan, std::span<const TestRow> expected,
                                     std::span<const DeadLetter> dead_letters, bool in_order) {
  TableComparison table;
  table.name = "dead_letters";
  table.columns = {"step", "code"};
  auto column_of = [&](const std::string& name) {
    auto known = std::ranges::find(table.columns, name);
    size_t column = static_cast<size_t>(known - table.columns.begin());
    if (known == table.columns.end()) table.columns.push_back(name);
    return column;
  };
  for (const TestRow& row : expected) {
    ExpectedCells& cells = table.expected.emplace_back();
    for (const TestValue& value : row.values) {
      size_t column = column_of(lower_case(value.column.text));
      cells.emplace(column, value.text ? untyped_cell(value.text->text) : null_cell());
    }
  }
  table.telling = {column_of("step"), column_of("code"), column_of("message")};  // the long one last
  for (const DeadLetter& letter : dead_letters) table.arrived.push_back(row_of(plan, letter, table.columns));
  pair_rows(table, in_order);
  return table;
}

}  // namespace pactolus
