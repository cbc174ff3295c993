#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"id text null", "amount integer"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

TEST_CASE("deduplicate: the first row wins, and what is forgotten is gone from the state") {
  StepUnderTest step("deduplicate: {by: id, within: 10s}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{12, 2, {"a", "1"}}, {21, 11, {"a", "2"}}, {3, 11, {"a", "3"}}, {4, 11, {"b", "4"}}});
  CHECK(task.output().rows() == Lines{"+ a|1 @12 w2"});
  CHECK(
      task.output().dead_letters() ==
      Lines{"late: whether it is a duplicate is not known any more: the watermark of the row's partition was "
            "1970-01-01T00:00:11Z, 1s beyond {a|3}",
            "late: whether it is a duplicate is not known any more: the watermark of the row's partition was "
            "1970-01-01T00:00:11Z, 1s beyond {b|4}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .passed = 1, .filtered = 1, .dead_letters = 2});
  task.advance(at_second(30) - Duration{1});
  CHECK(task.state().rows() == 1);
  task.advance(at_second(30));
  CHECK(task.state().rows() == 0);
}

TEST_CASE("deduplicate: a key that is too long to be remembered is a dead letter") {
  StepUnderTest step("deduplicate: {by: id, within: 10s}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {std::string(256 * 1024, 'a'), "1"}}, {1, 1, {"b", "2"}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large: the row's key is longer"));
  CHECK(task.output().rows() == Lines{"+ b|2 @1 w1"});
}

TEST_CASE("deduplicate: rows that are remembered on disk count as those in memory do") {
  StepUnderTest step("deduplicate: {by: id, within: 7s, grace: 3s}\n", {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      const int64_t time = i + static_cast<int64_t>(random() % 9);
      rows.push_back({time, i - 2, {std::string(1, static_cast<char>('a' + random() % 6)), "1"}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 5, rows_at);
  CHECK(counts.passed > 100);
  CHECK(counts.filtered > 100);
}

TEST_CASE("deduplicate: findings") {
  using Catch::Contains;
  CHECK_THAT(findings("deduplicate: {within: 1h}\n"), Contains("by"));
  CHECK_THAT(findings("deduplicate: {by: id}\n"), Contains("within"));
  CHECK_THAT(findings("deduplicate: {by: it, within: 1h}\n"), Contains("did you mean `id`?"));
}

}  // namespace
}  // namespace pactolus
