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
