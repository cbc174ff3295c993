#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"id text", "tags text[] null", "payload jsonb null"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

TEST_CASE("explode: rows of elements have their row's time, and are counted by cause") {
  StepUnderTest step("explode: {values: tags, as: tag}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{7, 5, {"a", "{x,NULL}", std::nullopt}}, {8, 6, {"b", "{}", std::nullopt}}});
  CHECK(task.output().rows() == Lines{"+ a|{x,NULL}|NULL|x @7 w5", "+ a|{x,NULL}|NULL|NULL @7 w5"});
  CHECK(task.op().counts == StepCounts{.rows_in = 2, .passed = 1, .filtered = 1, .results_by_row = 2});
}

TEST_CASE("explode: arrays that are longer than a batch") {
  constexpr size_t kElements = 2 * kBatchRowsMax + 100;
  const std::string elements = "repeat('1,', " + std::to_string(kElements - 1) + " * length(id))";
  const std::vector<InputRow> rows = {{1, 1, {"", std::nullopt, std::nullopt}},
                                      {2, 2, {"b", std::nullopt, std::nullopt}},
                                      {3, 3, {"", std::nullopt, std::nullopt}}};
  for (const std::string& values :
       {"string_to_array(" + elements + " || '1', ',')", "CAST('[' || " + elements + " || '1]' AS jsonb)"}) {
    INFO(values);
    StepUnderTest step("explode:\n  values: " + values + "\n  as: element\n  position: place\n",
                       {input_schema()});
    TaskUnderTest task(step.node(), input_schema());
    task.send(rows);
    REQUIRE(task.output().rows().size() == kElements + 2);
    CHECK(task.output().rows().front() == "+ |NULL|NULL|1|1 @1 w1");
    bool all_there = true;
    for (size_t i = 1; i <= kElements; ++i)
      all_there = all_there && task.output().rows()[i] == "+ b|NULL|NULL|1|" + std::to_string(i) + " @2 w2";
    CHECK(all_there);
    CHECK(task.op().counts == StepCounts{.rows_in = 3, .passed = 3, .results_by_row = kElements + 2});
  }
}

TEST_CASE("explode: findings") {
  using Catch::Contains;
  CHECK_THAT(findings("explode: {values: id, as: x}\n"), Contains("an array or a jsonb, this is text"));
  CHECK_THAT(findings("explode: {values: tags, as: id}\n"), Contains("a column `id` already"));
  CHECK_THAT(findings("explode: {values: tags, as: x, position: X}\n"), Contains("a column `X` already"));
  CHECK_THAT(findings("explode: {values: tags}\n"), Contains("as"));
  CHECK_THAT(findings("explode: {values: tag, as: x}\n"), Contains("did you mean `tags`?"));
}

}  // namespace
}  // namespace pactolus
