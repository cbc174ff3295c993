// Runs tests/aggregates/cases.txt, whose answers a real PostgreSQL gave, through a step: with FILTER and
// DISTINCT.
#include "aggregates/aggregate_cases.h"

#include "aggregates/registry.h"

#include <algorithm>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using testing::AggregateCases;

Schema schema_of_columns(const AggregateCases& table) {
  std::vector<std::string> columns;
  for (const testing::TextColumn& column : table.columns)
    columns.push_back(column.name + " " + column.type + " null");
  return schema_of(columns);
}

/// The rows of a group, in batches of so many.
std::vector<ColumnBatch> batches_of(const AggregateCases& table, const AggregateCases::Group& group,
                                    const Schema& schema, size_t batch_rows) {
  std::vector<ColumnBatch> batches;
  std::vector<InputRow> rows;
  for (size_t i = 0; i < group.rows.size(); ++i) {
    InputRow& row = rows.emplace_back();
    for (const testing::TextColumn& column : table.columns) {
      const std::string& value = column.values[group.rows[i]];
      row.values.push_back(value == "NULL" ? std::nullopt : std::optional(value == "''" ? "" : value));
    }
    if (rows.size() < batch_rows && i + 1 < group.rows.size()) continue;
    batches.push_back(make_batch(schema, rows));
    rows.clear();
  }
  return batches;
}

/// What the only window's only group gives, when it closes: "value", or "ERROR sqlstate".
std::string result_of(TaskUnderTest& task) {
  task.advance(EventTime::max());
  const std::string bounds = "+ 1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|";
  if (!task.output().dead_letters().empty()) return "ERROR " + task.output().dead_letters()[0].substr(0, 5);
  REQUIRE(task.output().rows().size() == 1);
  const std::string& line = task.output().rows()[0];
  REQUIRE(line.starts_with(bounds));
  std::string value = line.substr(bounds.size(), line.rfind(" @") - bounds.size());
  return value.empty() ? "''" : value;
}

TEST_CASE(
    "aggregate, final: every aggregate gives what PostgreSQL gives, with FILTER and DISTINCT, undone and "
    "repeated") {
  const AggregateCases table = testing::read_aggregate_cases();
  const Schema schema = schema_of_columns(table);
  std::vector<std::vector<ColumnBatch>> groups;
  for (size_t i = 0; i < table.groups.size(); ++i)
    groups.push_back(batches_of(table, table.groups[i], schema, 1 + i % 3));
  for (const AggregateCases::Case& wanted : table.cases) {
    INFO(wanted.call);
    StepUnderTest step(
        "aggregate:\n  window: {tumbling: 1m}\n  select:\n    result: |\n      " + wanted.call + "\n",
        {schema});
    CHECK(step.built() == (wanted.type != "-"));
    if (!step.built()) continue;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (groups[i].empty()) continue;  // no row, no group
      TaskUnderTest task(step.node(), schema);
      for (const ColumnBatch& batch : groups[i]) {
        task.send(batch);
        task.rollback();
        task.send(batch);
        task.commit();
      }
      std::string got = result_of(task);
      INFO(table.groups[i].name << ": " << got << ", not " << wanted.values[i]);
      // PostgreSQL adds the values of a DISTINCT in another order.
      bool inexact = wanted.type == "double precision" && wanted.call.find("DISTINCT") != std::string::npos;
      CHECK((inexact ? testing::nearly_equal(got, wanted.values[i]) : got == wanted.values[i]));
    }
  }
}

TEST_CASE("aggregate: the example of every aggregate can be used as it stands") {
  const Schema schema =
      schema_of({"merchant text", "amount numeric(12,2)", "quantity integer", "paid_at timestamptz"});
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    StepUnderTest step("aggregate:\n  select:\n    x: |\n      " + std::string(spec->example) + "\n",
                       {schema});
    CHECK(step.findings() == "");
  }
}

TEST_CASE("aggregate: texts that grow with the rows leave room for the others, or are refused") {
  const Schema schema = schema_of({"merchant text"});
  auto step = [&](int calls) {
    std::string yaml = "aggregate:\n  select:\n";
    for (int i = 0; i < calls; ++i) {
      std::string number = std::to_string(i);
      yaml += "    x" + number + ": string_agg(merchant, '" + number + "')\n";
    }
    return StepUnderTest(yaml, {schema});
  };
  CHECK(step(8).findings() == "");
  CHECK_THAT(step(9).findings(), Catch::Contains("step.yaml:2:3: error[too-much-state]: ") &&
                                     Catch::Contains("144 KiB") && Catch::Contains("128 KiB"));
}

TEST_CASE("aggregate: with a text that grows, a row is refused whose texts and key don't leave it room") {
  const Schema schema = schema_of({"merchant text"});
  StepUnderTest step("aggregate:\n  by: merchant\n  select: {all_of: \"string_agg(merchant, ',')\"}\n",
                     {schema});
  TaskUnderTest task(step.node(), schema);
  task.send({{1, 1, {std::string(size_t{238} * 1024, 'k')}}, {1, 1, {std::string(size_t{240} * 1024, 'k')}}});
  std::vector<std::string> codes;
  for (const std::string& letter : task.output().dead_letters())
    codes.push_back(letter.substr(0, letter.find(':')));
  CHECK(codes == std::vector<std::string>{"54000", "state_too_large"});
}

}  // namespace
}  // namespace pactolus
