#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
const Schema& input_schema() {
  static const Schema schema = schema_of({"id text", "amount integer null", "divisor integer"});
  return schema;
}

TEST_CASE("filter: rows whose condition is true go on, false and NULL drop them, and each is counted") {
  StepUnderTest step("filter: amount > 10\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "11", "1"}}, {2, 0, {"b", "10", "1"}}, {3, 0, {"c", std::nullopt, "1"}}});
  CHECK(task.output().rows() == Lines{"+ a|11|1 @1 w0"});
  CHECK(task.op().counts == StepCounts{.rows_in = 3, .passed = 1, .filtered = 2});
}

TEST_CASE("filter: a row whose condition cannot be computed is a dead letter and its neighbours are not") {
  StepUnderTest step("filter: amount / divisor > 1\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "4", "2"}}, {2, 0, {"b", "4", "0"}}, {3, 0, {"c", "4", "4"}}});
  CHECK(task.output().rows() == Lines{"+ a|4|2 @1 w0"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {b|4|0}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 3, .passed = 1, .filtered = 1, .dead_letters = 1});
}

TEST_CASE("filter: a condition that is not boolean is refused where it stands") {
  StepUnderTest step("filter: amount + 1\n", {input_schema()});
  CHECK_FALSE(step.built());
  CHECK(step.findings().find("step.yaml:1:9: error[type-mismatch]") == 0);
}

TEST_CASE("filter: constants and the input's name may be used") {
  StepUnderTest named("filter: rows.amount > smallest\n", {input_schema()},
                      {{"smallest", kIntegerType, "5"}});
  TaskUnderTest task(named.node(), input_schema());
  task.send({{1, 0, {"a", "5", "1"}}, {1, 0, {"b", "6", "1"}}});
  CHECK(task.output().rows() == Lines{"+ b|6|1 @1 w0"});
}

TEST_CASE("split: a row goes to the first output whose condition it meets, once") {
  StepUnderTest step("split:\n  large: amount > 10\n  several: amount > 5\n  rest: otherwise\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "11", "1"}},
             {2, 0, {"b", "6", "1"}},
             {3, 0, {"c", std::nullopt, "1"}},
             {4, 0, {"d", "12", "1"}}});
  CHECK(task.output().rows() ==
        Lines{"1 + a|11|1 @1 w0", "1 + d|12|1 @4 w0", "2 + b|6|1 @2 w0", "3 + c|NULL|1 @3 w0"});
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .passed = 4});
}

TEST_CASE(
    "split: what meets no condition is counted, and one that fails before another is met a dead letter") {
  StepUnderTest step("split:\n  a: id = 'a'\n  many: amount / divisor > 1\n  b: id = 'b'\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"b", "4", "0"}},
             {2, 0, {"a", "4", "0"}},
             {3, 0, {"b", "1", "1"}},
             {4, 0, {"c", "1", "1"}},
             {5, 0, {"b", std::nullopt, "1"}}});
  CHECK(task.output().rows() == Lines{"1 + a|4|0 @2 w0", "3 + b|1|1 @3 w0", "3 + b|NULL|1 @5 w0"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {b|4|0}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 5, .passed = 3, .filtered = 1, .dead_letters = 1});
}

TEST_CASE("split: wrong outputs are refused where they stand") {
  CHECK(StepUnderTest("split: amount > 1\n", {input_schema()})
            .findings()
            .find("step.yaml:1:8: error[wrong-kind]") == 0);
  CHECK(StepUnderTest("split: {}\n", {input_schema()}).findings().find("step.yaml:1:8: error[wrong-kind]") ==
        0);
  CHECK(StepUnderTest("split: {a: otherwise, b: amount > 1}\n", {input_schema()})
            .findings()
            .find("step.yaml:1:12: error[otherwise-before-others]") == 0);
  CHECK(StepUnderTest("split: {a: amount > 1, A: amount < 1}\n", {input_schema()})
            .findings()
            .find("error[duplicate-name]") != std::string::npos);
  CHECK(StepUnderTest("split: {a: amount + 1}\n", {input_schema()}).findings().find("error[type-mismatch]") !=
        std::string::npos);
}

}  // namespace
}  // namespace pactolus
