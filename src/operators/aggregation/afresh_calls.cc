#include "operators/aggregation/afresh_calls.h"

#include "base/check.h"
#include "operators/aggregation/group_results.h"
#include "operators/state_names.h"

namespace pactolus {

AfreshCalls::AfreshCalls(const AggregateProgram& program)
    : program_(program), arguments_(program, store_), table_(store_.declare(program.layout)) {}

void AfreshCalls::add(const ColumnBatch& batch) {
  if (program_.calls.empty()) return;
  const std::vector<RowError> failed = arguments_.evaluate(batch);
  PACTOLUS_CHECK(failed.empty(), "a row that had been taken fails");
  HotTable& groups = table_.running();
  std::byte* state = groups.touch(kOnlyRow);
  const std::vector<std::string_view> keys(batch.selection.size(), kOnlyRow);
  const std::vector<std::byte*> states(batch.selection.size(), state);
  arguments_.add({EventTime::max(), batch.selection, keys, states}, groups.heap());
}

ColumnPtr AfreshCalls::result(size_t call, RowErrors& errors) {
  HotTable& groups = table_.running();
  std::byte* state = groups.touch(kOnlyRow);
  const GroupState of_window{kOnlyRow, EventTime::max(), state};
  return call_results(program_, arguments_, call, {&of_window, 1}, errors);
}

AggregateProgram afresh_program(const std::string& step, std::vector<BoundCall> calls,
                                std::vector<StateField> states) {
  const TableLayout layout(step, "afresh", false, Schema(), std::move(states));
  return program_of_calls(step, std::move(calls), layout, 0);
}

}  // namespace pactolus
