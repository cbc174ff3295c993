#include "operators/aggregation/aggregate_program.h"

#include <algorithm>

#include "operators/state_names.h"

namespace pactolus {

EventTime SessionProgram::look_at(EventTime end, EventTime now) const {
  return time_to_look(order.grace, sessions.gap, end, now);
}

std::vector<size_t> AggregateProgram::columns_used() const {
  std::vector<size_t> columns = by;
  for (const BoundCall& call : calls) {
    for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(columns);
    if (call.filter) call.filter->collect_columns(columns);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::optional<Slicing> slicing_of(const AggregateProgram& program) {
  const auto overlaps = [](const NamedWindows& windows) { return windows.kind->overlaps(); };
  if (!program.windows || program.emit_changes || program.over_table ||
      std::ranges::none_of(program.windows->kinds(), overlaps) ||
      !std::ranges::all_of(program.calls, &BoundCall::merges))
    return std::nullopt;
  std::vector<Field> by = program.key.fields();
  by.resize(program.by.size());
  StateField until{"until", std::string(kTimeKind), 1, sizeof(int64_t), {}};
  return Slicing{TableLayout(program.step, std::string(kSliceTable), true, Schema(std::move(by)),
                             program.layout.fields()),
                 TableLayout(program.step, std::string(kClosedTable), false, Schema(), {std::move(until)})};
}

AggregateProgram program_of_calls(const std::string& step, std::vector<BoundCall> calls,
                                  const TableLayout& layout, size_t first_field) {
  return AggregateProgram{
      .step = step,
      .by = {},
      .windows = std::nullopt,
      .calls = std::move(calls),
      .select = {},
      .having = nullptr,
      .key = {},
      .group = {},
      .raw = {},
      .output = {},
      .layout = layout,
      .first_field = first_field,
  };
}

}  // namespace pactolus
