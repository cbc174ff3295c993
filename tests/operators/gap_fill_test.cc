#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"symbol text", "at timestamptz null", "price integer"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

/// A row of a second of 1970, whose event time is as much later as `behind` says.
InputRow at(int64_t second, const std::string& symbol, int64_t watermark, int64_t behind = 0) {
  return {second + behind,
          watermark,
          {symbol, "1970-01-01 00:00:" + std::string(second < 10 ? "0" : "") + std::to_string(second) + "+00",
           "7"}};
}

std::string line(const std::string& symbol, int second, const std::string& rest) {
  return "+ " + symbol + "|1970-01-01 00:00:" + (second < 10 ? "0" : "") + std::to_string(second) + "+00|" +
         rest;
}

TEST_CASE("gap_fill: rows that are missing between two of a group come before the second") {
  StepUnderTest step("gap_fill: {by: symbol, time: at, every: 5s, within: 20s}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({at(17, "A", 0, 2), at(1, "A", 0, 2), at(8, "B", 0, 2), at(3, "A", 0, 2), at(45, "A", 0, 2),
             at(20, "A", 0, 2)});
  task.advance(EventTime::max());
  CHECK(task.output().rows() == Lines{line("A", 1, "7 @3 w0"), line("A", 3, "7 @5 w0"),
                                      line("B", 8, "7 @10 w0"), line("A", 5, "NULL @9 w0"),
                                      line("A", 10, "NULL @14 w0"), line("A", 17, "7 @19 w0"),
                                      line("A", 20, "7 @22 w0"), line("A", 45, "7 @47 w0")});
  CHECK(task.op().counts == StepCounts{.rows_in = 6, .absorbed = 6, .results_by_close = 8});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("gap_fill: a missing row is not late, and a row without a time goes through") {
  StepUnderTest step("gap_fill: {time: at, every: 10s, within: 60s}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({at(0, "A", -5), at(30, "A", 28)});
  task.send({{31, 28, {"A", std::nullopt, "7"}}, at(40, "A", 28)});
  task.advance(EventTime::max());
  CHECK(task.output().rows() ==
        Lines{line("A", 0, "7 @0 w-5"), line("A", 10, "NULL @10 w10").replace(2, 1, "NULL"),
              line("A", 20, "NULL @20 w20").replace(2, 1, "NULL"), line("A", 30, "7 @30 w28"),
              "+ A|NULL|7 @31 w28", line("A", 40, "7 @40 w28")});
}

TEST_CASE("gap_fill: rows on disk are completed as those in memory are") {
  StepUnderTest step("gap_fill: {by: symbol, time: at, every: 1s, within: 15s, grace: 2s}\n",
                     {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 3; left > 0; --left)
      rows.push_back(at(static_cast<int64_t>(random() % 9) + i % 50,
                        std::string(1, static_cast<char>('A' + random() % 6)), i - 2));
    for (InputRow& row : rows) row.time = i + static_cast<int64_t>(random() % 9);
    return rows;
  };
  CHECK(compare_with_disk(step.node(), input_schema(), 5, rows_at, 3).results_by_close > 200);
}

TEST_CASE("gap_fill: findings") {
  using Catch::Contains;
  CHECK_THAT(findings("gap_fill: {by: symbol}\n"),
             Contains("time") && Contains("every") && Contains("within"));
  CHECK_THAT(findings("gap_fill: {time: price, every: 1s, within: 1m}\n"),
             Contains("`time` is a timestamptz"));
  CHECK_THAT(findings("gap_fill: {time: ta, every: 1s, within: 1m}\n"), Contains("did you mean `at`?"));
  CHECK_THAT(findings("gap_fill: {by: at, time: at, every: 1s, within: 1m}\n"),
             Contains("cannot be one of the `by` columns"));
  CHECK_THAT(findings("gap_fill: {time: at, every: 1s, within: 1d}\n"),
             Contains("a gap may need 86400 rows"));
}

}  // namespace
}  // namespace pactolus
