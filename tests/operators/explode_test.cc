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
  std::string array = "{";
  std::string json = "[";
  for (size_t i = 0; i < kElements; ++i) {
    array += (i == 0 ? "" : ",") + std::to_string(i);
    json += (i == 0 ? "" : ",") + std::to_string(i);
  }
  const std::vector<InputRow> rows = {
      {1, 1, {"a", "{z}", "[1]"}}, {2, 2, {"b", array + "}", json + "]"}}, {3, 3, {"c", "{y}", "[2]"}}};
  for (const char* values : {"tags", "payload"}) {
    INFO(values);
    StepUnderTest step("explode: {values: " + std::string(values) + ", as: element, position: place}\n",
                       {input_schema()});
    TaskUnderTest task(step.node(), input_schema());
    task.send(rows);
    REQUIRE(task.output().rows().size() == kElements + 2);
    bool all_there = true;
    for (size_t i = 0; i < kElements; ++i) {
      const std::string end = "|" + std::to_string(i) + "|" + std::to_string(i + 1) + " @2 w2";
      all_there = all_there && task.output().rows()[i + 1].ends_with(end);
    }
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
