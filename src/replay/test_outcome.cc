#include "replay/test_outcome.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "replay/dead_letter_table.h"
#include "replay/sink_rows.h"
#include "replay/test_record.h"

namespace pactolus {
namespace {

/// The source or sink of a name, without regard to case; nullptr: the plan has none.
template <class T>
const T* find_by_name(const std::vector<std::unique_ptr<const T>>& all, const std::string& name) {
  auto found =
      std::ranges::find_if(all, [&](const auto& each) { return lower_case(each->name) == lower_case(name); });
  return found == all.end() ? nullptr : found->get();
}

/// Carries out the actions of a test.
class Player {
 public:
  Player(const Plan& plan, VirtualRun& run) : plan_(plan), run_(run) {}

  Result<void> operator()(const SendRow& action) {
    const SourcePlan* source = find_by_name(plan_.sources, action.source.text);
    if (source == nullptr) return {};  // no step reads it, so the plan leaves it out
    return run_.send(*source, record_of(*source, action, run_.now()));
  }
  Result<void> operator()(const AdvanceClock& action) {
    PACTOLUS_TRY(run_.drain());
    run_.advance(action.by);
    return run_.drain();
  }
  Result<void> operator()(const RestartTask&) {
    PACTOLUS_TRY(run_.drain());
    run_.restart();
    return {};
  }
  Result<void> operator()(const EndInput&) { return run_.end_input(); }

 private:
  const Plan& plan_;
  VirtualRun& run_;
};

Result<TableComparison> compare(const SinkPlan& sink, const ExpectedRows& expected, bool in_order,
                                const VirtualRun& run) {
  TableComparison table;
  table.name = expected.sink.text;
  table.columns = sink.schema.names();
  for (const TestRow& row : expected.rows) {
    ExpectedCells& cells = table.expected.emplace_back();
    for (const TestValue& value : row.values) {
      size_t column = *sink.schema.find(value.column.text);
      cells.emplace(column, value.text ? cell_of(value.text->text, sink.schema[column].type) : null_cell());
    }
  }
  auto records = PACTOLUS_TRY(run.read(sink.topic));
  table.arrived = PACTOLUS_TRY(rows_of_sink(sink, records));
  pair_rows(table, in_order);
  return table;
}

/// The tables of the sinks that the test names, then dead letters.
Result<void> compare_all(const Plan& plan, const InlineTest& test, const VirtualRun& run,
                         TestOutcome& outcome) {
  for (const ExpectedRows& expected : test.expect) {
    const SinkPlan* sink = find_by_name(plan.sinks, expected.sink.text);
    PACTOLUS_CHECK(sink != nullptr, expected.sink.text);  // the topology's check has seen to that
    outcome.tables.push_back(PACTOLUS_TRY(compare(*sink, expected, test.in_order, run)));
  }
  std::vector<DeadLetter> dead_letters;
  for (const OwnedRecord& record : PACTOLUS_TRY(run.read(plan.dead_letter_topic)))
    dead_letters.push_back(dead_letter_of(record));
  if (test.dead_letters) {
    outcome.tables.push_back(compare_dead_letters(plan, *test.dead_letters, dead_letters, test.in_order));
  } else {
    outcome.unnamed = std::move(dead_letters);
  }
  return {};
}

}  // namespace

bool TestOutcome::passed() const { return !error && std::ranges::all_of(tables, &TableComparison::agrees); }

Result<void> play(const Plan& plan, const InlineTest& test, VirtualRun& run) {
  Player player(plan, run);
  for (const TestAction& action : test.send) PACTOLUS_TRY(std::visit(player, action));
  return run.drain();
}

TestOutcome judge(const Plan& plan, const InlineTest& test, const VirtualRun& run) {
  TestOutcome outcome;
  auto compared = compare_all(plan, test, run, outcome);
  if (!compared) outcome.error = std::move(compared).error();
  return outcome;
}

TestOutcome run_inline_test(const Plan& plan, const InlineTest& test) {
  auto run = VirtualRun::make(plan, {.start = kTestStart});
  auto played = run ? play(plan, test, **run) : Result<void>(Error{run.error().message});
  if (played) return judge(plan, test, **run);
  TestOutcome outcome;
  outcome.error = std::move(played).error();
  return outcome;
}

}  // namespace pactolus
