#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text", "amount integer", "shop text null"});
  return schema;
}

TEST_CASE("aggregate, every: a group's last change goes out when the watermark reaches a tick") {
  StepUnderTest step("aggregate:\n  by: card\n  every: 10s\n  select: {n: count(*), total: sum(amount)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"b", "1", "x"}}, {2, 2, {"a", "2", "x"}}, {3, 3, {"b", "4", "x"}}});
  task.advance(at_second(10) - Duration{1});
  CHECK(task.output().rows().empty());
  task.advance(at_second(10));
  CHECK(task.output().rows() == Lines{"+ a|1|2 @9.999999 w9.999999", "+ b|2|5 @9.999999 w9.999999"});
  task.advance(at_second(30));
  CHECK(task.output().rows().size() == 2);
  // What is behind the watermark goes out at the next tick, with all that has come until then.
  task.send({{5, 30, {"a", "1", "x"}}, {41, 41, {"a", "0", "x"}}, {49, 49, {"a", "0", "x"}}});
  CHECK(task.output().rows().size() == 3);
  CHECK(task.output().rows().back() == "+ a|3|3 @39.999999 w39.999999");
  task.advance(at_second(50));
  CHECK(task.output().rows().back() == "+ a|4|3 @49.999999 w49.999999");
  CHECK(task.op().counts == StepCounts{.rows_in = 6, .absorbed = 6, .results_by_close = 4});
}

TEST_CASE("aggregate, every: what comes to the same result as before does not go out") {
  StepUnderTest step("aggregate:\n  by: card\n  every: 10s\n  select: {high: max(amount), shop: max(shop)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "5", "x"}}});
  task.advance(at_second(10));
  task.send({{11, 11, {"a", "4", "x"}}, {12, 12, {"b", "4", std::nullopt}}});
  task.advance(at_second(20));
  CHECK(task.output().rows() == Lines{"+ a|5|x @9.999999 w9.999999", "+ b|4|NULL @19.999999 w19.999999"});
}

TEST_CASE("aggregate, every: a window's last changes go out when it closes, then its state goes") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 15s}\n  grace: 2s\n  emit: changes\n  every: 10s\n"
      "  select: {n: count(*)}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  const std::string window = "|1970-01-01 00:00:00+00|1970-01-01 00:00:15+00|";
  task.send({{1, 1, {"a", "1", "x"}}, {14, 11, {"a", "1", "x"}}, {16, 11, {"a", "1", "x"}}});
  CHECK(task.output().rows() == Lines{"+ a" + window + "2 @14.999999 w14.999999"});
  task.send({{14, 16, {"a", "1", "x"}}});
  task.advance(at_second(17) - Duration{1});
  CHECK(task.output().rows().size() == 1);
  task.advance(at_second(17));
  REQUIRE(task.output().rows().size() == 2);
  CHECK(task.output().rows().back() == "+ a" + window + "3 @14.999999 w14.999999");
  CHECK(task.state().rows() == 2);  // the second window's group, which is pending
  task.advance(EventTime::max());
  CHECK(task.state().rows() == 0);
  CHECK(task.output().rows().size() == 3);
}

TEST_CASE("aggregate, every: a group that `having` no longer lets through is retracted with its last row") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  every: 10s\n  select: {total: sum(amount), shop: max(shop)}\n"
      "  having: total > 0\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "5", "x"}}, {1, 1, {"b", "-1", "x"}}, {2, 2, {"c", "1", "x"}}});
  task.advance(at_second(10));
  task.send({{11, 11, {"a", "-5", "y"}}, {12, 12, {"b", "-1", "x"}}, {12, 12, {"c", "1", "x"}}});
  task.advance(at_second(20));
  task.send({{21, 21, {"a", "7", "y"}}});
  task.advance(at_second(30));
  CHECK(task.output().rows() == Lines{"+ a|5|x @9.999999 w9.999999", "+ c|1|x @9.999999 w9.999999",
                                      "- a|5|x @19.999999 w19.999999", "+ c|2|x @19.999999 w19.999999",
                                      "+ a|7|y @29.999999 w29.999999"});
  CHECK(task.op().counts.results_withheld == 3);
}

TEST_CASE("aggregate, every: a result that fails is a dead letter, and what was there is taken back") {
  StepUnderTest step("aggregate:\n  by: card\n  every: 10s\n  select: {share: 10 / sum(amount)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "5", "x"}}});
  task.advance(at_second(10));
  task.send({{11, 11, {"a", "-5", "x"}}});
  task.advance(at_second(20));
  task.send({{21, 21, {"a", "5", "x"}}});
  task.advance(at_second(30));
  CHECK(task.output().rows() ==
        Lines{"+ a|2 @9.999999 w9.999999", "- a|2 @19.999999 w19.999999", "+ a|2 @29.999999 w29.999999"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a}"});
  CHECK(task.op().counts.dead_results == 1);
}

TEST_CASE("aggregate, every: where somebody wants before-rows, they are what went out before") {
  StepUnderTest step("aggregate:\n  by: card\n  every: 10s\n  select: {total: sum(amount)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.op().before_rows = true;
  task.send({{1, 1, {"a", "5", "x"}}, {2, 2, {"b", "1", "x"}}});
  task.advance(at_second(10));
  task.send({{11, 11, {"a", "1", "x"}}, {12, 12, {"a", "1", "x"}}, {13, 13, {"c", "9", "x"}}});
  task.advance(at_second(20));
  CHECK(task.output().rows() == Lines{"+ a|5 @9.999999 w9.999999", "+ b|1 @9.999999 w9.999999",
                                      "< a|5 @19.999999 w19.999999", "+ a|7 @19.999999 w19.999999",
                                      "+ c|9 @19.999999 w19.999999"});
  CHECK(task.op().counts.results_by_close == 4);
}

const char* kEarly =
    "aggregate:\n  by: card\n  window: {tumbling: 15s}\n  grace: 2s\n  early: 5s\n"
    "  select: {total: sum(amount)}\n  having: total > 0\n";

TEST_CASE(
    "aggregate, early: what a window has come to goes out at ticks, and at its close all that is final") {
  StepUnderTest step(kEarly, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.slice_rows = 1;
  task.op().before_rows = true;
  const std::string window = "|1970-01-01 00:00:00+00|1970-01-01 00:00:15+00|";
  const std::string at = " @14.999999 w14.999999";
  task.send({{1, 1, {"a", "1", "x"}}, {2, 2, {"b", "2", "x"}}, {3, 3, {"c", "-1", "x"}}});
  task.advance(at_second(5));
  CHECK(task.output().rows() == Lines{"+ a" + window + "1|false" + at, "+ b" + window + "2|false" + at});
  task.send({{6, 6, {"b", "-2", "x"}}, {7, 7, {"c", "5", "x"}}, {14, 14, {"d", "1", "x"}}});
  CHECK(std::vector(task.output().rows().begin() + 2, task.output().rows().end()) ==
        Lines{"- b" + window + "2|false" + at, "+ c" + window + "4|false" + at});
  task.send({{14, 16, {"d", "1", "x"}}, {13, 16, {"c", "-9", "x"}}});
  CHECK(task.output().rows().size() == 5);
  CHECK(task.output().rows().back() == "+ d" + window + "2|false" + at);
  task.commit();
  task.advance(at_second(17));
  const Lines finals{"< a" + window + "1|false" + at, "+ a" + window + "1|true" + at,
                     "- c" + window + "4|false" + at, "< d" + window + "2|false" + at,
                     "+ d" + window + "2|true" + at};
  CHECK(std::vector(task.output().rows().begin() + 5, task.output().rows().end()) == finals);
  CHECK(task.state().rows() == 0);
  // Taken up again in the middle of the close.
  task.rollback();
  task.op().set_watermark(at_second(16));
  RecordedOutput out;
  REQUIRE_FALSE(task.op().fire(at_second(17), 1, out));
  const std::optional<CloseCursor> cursor = task.op().cursor();
  REQUIRE(cursor);
  task.op().set_watermark(at_second(16));
  task.op().resume(*cursor);
  while (!task.op().fire(at_second(17), 1, out)) {
  }
  CHECK(out.rows() == finals);
  CHECK(task.op().counts.results_by_close == 8);
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{0, 1});
}

TEST_CASE("aggregate, early: state that lies on disk counts as that in memory does") {
  StepUnderTest step(kEarly, {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 4; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 9),
                      i - 4,
                      {std::string(1, static_cast<char>('a' + random() % 6)),
                       std::to_string(static_cast<int>(random() % 9) - 3), "x"}});
    }
    return rows;
  };
  CHECK(compare_with_disk(step.node(), input_schema(), 9, rows_at, 2).results_by_close > 100);
}

TEST_CASE("aggregate, every: state that lies on disk counts as that in memory does") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 30s}\n  grace: 5s\n  emit: changes\n  every: 7s\n"
      "  select: {total: sum(amount), shops: count(DISTINCT shop)}\n  having: total > 3\n",
      {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 4; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 9),
                      i - 4,
                      {std::string(1, static_cast<char>('a' + random() % 6)),
                       std::to_string(static_cast<int>(random() % 9) - 3),
                       std::string(1, static_cast<char>('x' + random() % 3))}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 9, rows_at, 2);
  CHECK(counts.results_by_close > 100);
  CHECK(counts.results_withheld > 20);
}

}  // namespace
}  // namespace pactolus
