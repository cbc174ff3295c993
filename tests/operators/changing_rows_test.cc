#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"account text", "balance integer null", "limits integer"});
  return schema;
}

constexpr Change kReplaced = Change::kReplaced;
constexpr Change kRetract = Change::kRetract;

TEST_CASE("filter: of a changing table's update is left what it is behind the condition") {
  StepUnderTest step("filter: balance > 10\n", input_schema(), {true, {0}, {}});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "5", "1"}},
             {2, 0, {"b", "20", "1"}},
             {3, 0, {"a", "5", "1"}, 0, kReplaced},
             {3, 0, {"a", "11", "1"}},
             {4, 0, {"a", "11", "1"}, 0, kReplaced},
             {4, 0, {"a", "12", "1"}},
             {5, 0, {"b", "20", "1"}, 0, kReplaced},
             {5, 0, {"b", std::nullopt, "1"}},
             {6, 0, {"b", std::nullopt, "1"}, 0, kReplaced},
             {6, 0, {"b", "3", "1"}},
             {7, 0, {"b", "3", "1"}, 0, kRetract},
             {8, 0, {"a", "12", "1"}, 0, kRetract}});
  CHECK(task.output().rows() == Lines{"+ b|20|1 @2 w0", "+ a|11|1 @3 w0", "< a|11|1 @4 w0", "+ a|12|1 @4 w0",
                                      "- b|20|1 @5 w0", "- a|12|1 @8 w0"});
  CHECK(task.op().counts == StepCounts{.rows_in = 12, .passed = 6, .filtered = 6});
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{0});
  CHECK(step.node().takes_before_rows(false));
}

TEST_CASE("filter: what a changing row was before and couldn't be computed is not told twice") {
  StepUnderTest step("filter: balance / limits > 1\n", input_schema(), {true, {0}, {}});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "5", "0"}},
             {2, 0, {"a", "5", "0"}, 0, kReplaced},
             {2, 0, {"a", "5", "1"}},
             {3, 0, {"a", "5", "1"}, 0, kReplaced},
             {3, 0, {"a", "6", "0"}},
             {4, 0, {"a", "6", "0"}, 0, kRetract}});
  CHECK(task.output().rows() == Lines{"+ a|5|1 @2 w0", "- a|5|1 @3 w0"});
  CHECK(task.output().dead_letters() ==
        Lines{"22012: division by zero {a|5|0}", "22012: division by zero {a|6|0}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 6, .passed = 2, .filtered = 2, .dead_letters = 2});
}

TEST_CASE("split: a changing row that another output gets is taken back from the one that had it") {
  StepUnderTest step("split:\n  sure: balance / limits > 10\n  low: balance <= 10\n", input_schema(),
                     {true, {0}, {}});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "5", "1"}},
             {2, 0, {"a", "5", "1"}, 0, kReplaced},
             {2, 0, {"a", "20", "1"}},
             {3, 0, {"a", "20", "1"}, 0, kReplaced},
             {3, 0, {"a", "21", "1"}},
             {4, 0, {"a", "21", "1"}, 0, kReplaced},
             {4, 0, {"a", "22", "0"}},
             {5, 0, {"a", "22", "0"}, 0, kReplaced},
             {5, 0, {"a", "11", "2"}},
             {6, 0, {"a", "11", "2"}, 0, kReplaced},
             {6, 0, {"a", "6", "2"}},
             {7, 0, {"a", "6", "2"}, 0, kRetract}});
  CHECK(task.output().rows() == Lines{"1 + a|20|1 @2 w0", "1 < a|20|1 @3 w0", "1 + a|21|1 @3 w0",
                                      "1 - a|21|1 @4 w0", "2 + a|5|1 @1 w0", "2 - a|5|1 @2 w0",
                                      "2 + a|6|2 @6 w0", "2 - a|6|2 @7 w0"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|22|0}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 12, .passed = 8, .filtered = 3, .dead_letters = 1});
  CHECK(step.node().is_table());
  CHECK(step.node().takes_before_rows(false));
  CHECK_FALSE(StepUnderTest("split: {a: balance > 10}\n", input_schema(), {true, {}, {}}).built());
}

TEST_CASE("filter: of a table of a single row nothing can be taken back") {
  StepUnderTest step("filter: balance > 10\n", input_schema(), {true, {}, {}});
  CHECK_FALSE(step.built());
  CHECK(step.findings().find("error[filter-without-key]") != std::string::npos);
}

TEST_CASE("project: both halves of an update are computed, and one that fails takes the other back") {
  StepUnderTest step("project: {select: {account: account, share: balance / limits}}\n", input_schema(),
                     {true, {0}, {}});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "6", "2"}},
             {2, 0, {"a", "6", "2"}, 0, kReplaced},
             {2, 0, {"a", "6", "3"}},
             {3, 0, {"a", "6", "3"}, 0, kReplaced},
             {3, 0, {"a", "6", "0"}},
             {4, 0, {"a", "6", "0"}, 0, kReplaced},
             {4, 0, {"a", "6", "1"}}});
  CHECK(task.output().rows() ==
        Lines{"+ a|3 @1 w0", "< a|3 @2 w0", "+ a|2 @2 w0", "- a|2 @3 w0", "+ a|6 @4 w0"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|6|0}"});
  CHECK(step.node().takes_before_rows(false));
}

TEST_CASE("project: one that only copies columns wants before-rows if somebody behind does") {
  StepUnderTest step("project: {drop: limits}\n", input_schema(), {true, {0}, {}});
  CHECK(step.node().takes_before_rows(true));
  CHECK_FALSE(step.node().takes_before_rows(false));
}

}  // namespace
}  // namespace pactolus
