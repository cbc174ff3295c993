#include "rows.h"
#include "state/entry_key.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text null", "amount numeric(12,2) null", "shop text null"});
  return schema;
}

/// The rows that a running table gives for these, without their times.
Lines results(const std::string& select, const std::vector<InputRow>& rows) {
  StepUnderTest step("aggregate:\n  by: card\n  select: " + select + "\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send(rows);
  Lines lines;
  for (const std::string& line : task.output().rows()) {
    if (line.starts_with("+")) lines.push_back(line.substr(0, line.find(" @")));
  }
  return lines;
}

uint64_t changed_entries(TaskUnderTest& task) {
  uint64_t changed = 0;
  for (const auto& table : task.state().tables())
    table->for_each_change([&](const StateChange&) { ++changed; });
  return changed;
}

TEST_CASE("aggregate, DISTINCT: equal values count once in each group, and NULL never") {
  CHECK(results("{shops: count(DISTINCT shop), rows: count(*)}", {{1, 1, {"a", "1.00", "x"}},
                                                                  {2, 2, {"a", "1.00", "x"}},
                                                                  {3, 3, {"b", "1.00", "x"}},
                                                                  {4, 4, {"a", "1.00", std::nullopt}},
                                                                  {5, 5, {"a", "1.00", "y"}},
                                                                  {6, 6, {"a", "1.00", ""}}}) ==
        Lines{"+ a|1|1", "+ a|1|2", "+ b|1|1", "+ a|1|3", "+ a|2|4", "+ a|3|5"});
}

TEST_CASE("aggregate, DISTINCT: any aggregate takes each value once, and values are equal as in SQL") {
  const std::vector<InputRow> rows = {{1, 1, {"a", "1.50", "x"}},
                                      {2, 2, {"a", "1.5", "x"}},
                                      {3, 3, {"a", "2.00", "x"}},
                                      {4, 4, {"a", "1.50", "x"}}};
  CHECK(results("{total: sum(DISTINCT amount), everything: sum(amount)}", rows).back() == "+ a|3.50|6.50");
  CHECK(results("{n: count(DISTINCT amount - amount)}", rows).back() == "+ a|1");
}

TEST_CASE("aggregate, DISTINCT: a row that FILTER leaves out is not seen, and each call has its own values") {
  CHECK(results("{many: count(DISTINCT shop) FILTER (WHERE amount > 1), everything: count(DISTINCT shop)}",
                {{1, 1, {"a", "1.00", "x"}}, {2, 2, {"a", "2.00", "x"}}, {3, 3, {"a", "3.00", "x"}}}) ==
        Lines{"+ a|0|1", "+ a|1|1"});
}

TEST_CASE("aggregate, DISTINCT: windows have values of their own, which go with them") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 1m}\n  select: {shops: count(DISTINCT shop)}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{10, 10, {"a", "1.00", "x"}}, {20, 20, {"a", "1.00", "x"}}, {59, 59, {"a", "1.00", "y"}}});
  task.commit();
  task.send({{70, 70, {"a", "1.00", "x"}}});
  CHECK(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows().front(), Catch::Contains("|2 @"));
  task.commit();
  CHECK(task.state().rows() == 2);  // the open window's group and its one value
}

TEST_CASE("aggregate, DISTINCT: a commit costs what it changed, however many values the group has") {
  StepUnderTest step("aggregate:\n  by: card\n  select: {shops: count(DISTINCT shop)}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  constexpr int kShops = 20'000;
  for (int first = 0; first < kShops; first += 1000) {
    std::vector<InputRow> rows;
    for (int shop = first; shop < first + 1000; ++shop)
      rows.push_back({1, 1, {"a", "1.00", "shop-" + std::to_string(shop)}});
    task.send(rows);
    task.commit();
  }
  task.send({{2, 2, {"a", "1.00", "shop-7"}}});
  CHECK(changed_entries(task) == 1);  // the group's row alone
  task.send({{2, 2, {"a", "1.00", "new"}}});
  CHECK(changed_entries(task) == 2);
  CHECK_THAT(task.output().rows().back(), Catch::Contains("a|20001 "));
  task.rollback();
  task.send({{2, 2, {"a", "1.00", "new"}}});
  CHECK(changed_entries(task) == 2);
  CHECK_THAT(task.output().rows().back(), Catch::Contains("a|20001 "));
}

TEST_CASE(
    "aggregate: a row that would make an entry of the state too large is a dead letter, the state is as "
    "before") {
  const std::string fits(kEntryBytesMax / 2, 'x');
  const std::string long_text(kEntryBytesMax, 'x');
  StepUnderTest step("aggregate:\n  by: card\n  select: {last: max(shop), shops: count(DISTINCT amount)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1.00", "b"}}});
  task.commit();
  task.send(
      {{2, 2, {"a", "1.00", long_text}}, {3, 3, {long_text, "1.00", "c"}}, {4, 4, {fits, "1.00", fits}}});
  CHECK(changed_entries(task) == 0);
  CHECK(task.output().rows().size() == 1);
  REQUIRE(task.output().dead_letters().size() == 3);
  for (const std::string& letter : task.output().dead_letters()) {
    CHECK_THAT(letter,
               Catch::StartsWith("state_too_large: the state of the row's group could become larger than "
                                 "256 KiB"));
  }
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .absorbed = 1, .dead_letters = 3, .results_by_row = 1});
  task.send({{5, 5, {"a", "1.00", fits}}, {6, 6, {fits, "1.00", "b"}}});
  CHECK(task.output().dead_letters().size() == 3);
}

TEST_CASE("aggregate: texts of several calls share the room of an entry, so that a row's fate is its own") {
  const std::string half(kEntryBytesMax / 2, 'x');
  StepUnderTest step("aggregate:\n  by: card\n  select: {low: min(shop), high: max(shop)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1.00", half}}});
  CHECK(task.output().dead_letters().size() == 1);
  task.send({{2, 2, {"a", "1.00", half.substr(2000)}}});
  CHECK(task.output().dead_letters().size() == 1);
}

}  // namespace
}  // namespace pactolus
