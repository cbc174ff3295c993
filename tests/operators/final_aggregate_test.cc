#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
const Schema& input_schema() {
  static const Schema schema =
      schema_of({"symbol text null", "price numeric(12,2) null", "quantity integer"});
  return schema;
}

const char* kPerMinute = R"(aggregate:
  by: symbol
  window: {tumbling: 1m}
  grace: 10s
  select:
    trades: count(*)
    total: sum(price)
)";

TEST_CASE("aggregate, final: a window's results come at its end + grace, in the order of the keys") {
  StepUnderTest step(kPerMinute, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{10, 10, {"b", "1.50", "1"}}, {59, 59, {"a", "2.00", "1"}}, {11, 59, {"b", "0.50", "1"}}});
  task.advance(at_second(70) - Duration{1});
  CHECK(task.output().rows().empty());
  task.advance(at_second(70));
  CHECK(task.output().rows() ==
        Lines{
            "+ a|1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|1|2.00 @59.999999 w59.999999",
            "+ b|1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|2|2.00 @59.999999 w59.999999",
        });
  CHECK(task.op().counts == StepCounts{.rows_in = 3, .absorbed = 3, .results_by_close = 2});
  CHECK(task.state().tables().front()->rows() == 0);
}

TEST_CASE("aggregate, final: NULL is a group, and NULL arguments are skipped") {
  StepUnderTest step(kPerMinute, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {std::nullopt, std::nullopt, "1"}},
             {2, 2, {"a", "1.00", "1"}},
             {3, 3, {std::nullopt, "2.00", "1"}}});
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 2);
  CHECK_THAT(task.output().rows()[0], Catch::StartsWith("+ a|") && Catch::Contains("|1|1.00 "));
  CHECK_THAT(task.output().rows()[1], Catch::StartsWith("+ NULL|") && Catch::Contains("|2|2.00 "));
}

TEST_CASE(
    "aggregate, final: a row is late exactly when its window's end + grace has been reached by its own "
    "watermark") {
  StepUnderTest step(kPerMinute, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{59, 69, {"a", "1.00", "1"}}, {59, 70, {"a", "1.00", "1"}}, {59, 135, {"a", "5.00", "1"}}});
  CHECK(
      task.output().dead_letters() ==
      Lines{
          "late: the window 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z with a grace of 10s was closed: the "
          "watermark of the row's partition was 1970-01-01T00:01:10Z, 0s beyond {a|1.00|1}",
          "late: the window 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z with a grace of 10s was closed: the "
          "watermark of the row's partition was 1970-01-01T00:02:15Z, 65s beyond {a|5.00|1}"});
  CHECK(task.op().counts.absorbed == 1);
  CHECK(task.op().counts.dead_letters == 2);
}

const std::string kFirstMinute = "|1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|";

TEST_CASE("aggregate, late: amend: a late row gives the result of itself alone, and no dead letter") {
  StepUnderTest step(std::string(kPerMinute) +
                         "    rest: round(6 / (sum(quantity) - 1), 1)\n  having: total > 1\n  late: amend\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{59, 69, {"a", "5.00", "3"}},
             {59, 70, {"a", "1.00", "4"}},
             {58, 70, {"a", "0.50", "2"}},
             {57, 70, {"a", "0.25", "1"}},
             {61, 70, {std::nullopt, "2.00", "3"}},
             {56, 135, {std::nullopt, std::nullopt, "3"}}});
  CHECK(task.output().rows() ==
        Lines{"1 + a" + kFirstMinute + "1|1.00|2.0 @59.999999 w60",
              "+ a" + kFirstMinute + "1|5.00|3.0 @59.999999 w59.999999",
              "1 + a" + kFirstMinute + "1|0.50|6.0 @59.999999 w60",
              "1 + NULL" + kFirstMinute + "1|NULL|3.0 @59.999999 w125",
              "+ NULL|1970-01-01 00:01:00+00|1970-01-01 00:02:00+00|1|2.00|3.0 @119.999999 w119.999999"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|0.25|1}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 6,
                                       .passed = 3,
                                       .absorbed = 2,
                                       .dead_letters = 1,
                                       .results_by_row = 3,
                                       .results_by_close = 2});
  CHECK(task.state().rows() == 0);
}

TEST_CASE(
    "aggregate, late: amend: of several windows those that have closed get amendments, the others the row") {
  StepUnderTest step(
      "aggregate:\n  by: symbol\n  window: {cumulative: 30s, every: 10s}\n  late: amend\n"
      "  select: {prices: count(DISTINCT price), rest: 1 / (count(*) - 1)}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 25, {"a", "1.00", "1"}}, {2, 25, {"a", "1.00", "1"}}});
  task.advance(EventTime::max());
  const auto until = [](const std::string& end) {
    return "+ a|1970-01-01 00:00:00+00|1970-01-01 00:00:" + end + "+00|";
  };
  CHECK(task.output().rows() == Lines{until("30") + "1|1 @29.999999 w29.999999"});
  CHECK(task.output().dead_letters() ==
        Lines{"22012: division by zero {a|1.00|1}", "22012: division by zero {a|1.00|1}"});
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 2, .absorbed = 2, .results_by_close = 1, .dead_results = 2});
}

TEST_CASE(
    "aggregate, final: a row of an idle input is late when the operator's own watermark has closed its "
    "window") {
  StepUnderTest step(kPerMinute, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.advance(at_second(70));  // nothing was in the window, so nothing was fired
  task.send({{59, 0, {"a", "1.00", "1"}}, {60, 0, {"a", "2.00", "1"}}});
  CHECK(
      task.output().dead_letters() ==
      Lines{
          "late: the window 1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z with a grace of 10s was closed: the "
          "row's partition had been idle, and the others had gone on {a|1.00|1}"});
  CHECK(task.op().counts.absorbed == 1);
}

TEST_CASE("aggregate, final: a row that cannot be computed is a dead letter and changes no state") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {tumbling: 1m}
  select:
    trades: count(*)
    unit: sum(price / quantity)
    several: count(*) FILTER (WHERE 10 / quantity > 1)
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1.00", "0"}}, {2, 2, {"a", "1.00", "1"}}});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|1.00|0}"});
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows()[0], Catch::Contains("00:01:00+00|1|"));
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 2, .absorbed = 1, .dead_letters = 1, .results_by_close = 1});
}

TEST_CASE("aggregate, final: FILTER decides before the argument is computed") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {tumbling: 1m}
  select:
    unit: sum(10 / quantity) FILTER (WHERE quantity > 0)
    all_rows: count(*)
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1.00", "0"}}, {2, 2, {"a", "1.00", "5"}}});
  task.advance(EventTime::max());
  CHECK(task.output().dead_letters().empty());
  REQUIRE(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows()[0], Catch::Contains("00:01:00+00|2|2 "));
}

TEST_CASE(
    "aggregate, final: having withholds results, and one that fails is a dead letter with key and window") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {tumbling: 1m}
  select:
    rest: 1 / (sum(quantity) - 3)
    quantity: sum(quantity)
  having: quantity > 1
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1", "1"}}, {1, 1, {"b", "1", "2"}}, {1, 1, {"c", "1", "3"}}});
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows()[0], Catch::StartsWith("+ b|"));
  CHECK(task.output().dead_letters() ==
        Lines{"22012: division by zero {c|1970-01-01 00:00:00+00|1970-01-01 00:01:00+00}"});
  CHECK(task.op().counts ==
        StepCounts{
            .rows_in = 3, .absorbed = 3, .results_by_close = 1, .results_withheld = 1, .dead_results = 1});
}

TEST_CASE("aggregate, final: without `by` all rows are one group; select may use the group's columns") {
  StepUnderTest step(R"(aggregate:
  window: {tumbling: 1m}
  select:
    rows_seen: count(*)
    length: window_end - window_start
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1", "1"}}, {2, 2, {"b", "1", "1"}}});
  task.advance(EventTime::max());
  CHECK(task.output().rows() ==
        Lines{"+ 1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|2|00:01:00 @59.999999 w59.999999"});
}

TEST_CASE("aggregate, final: windows before 1970 begin at multiples of their size too") {
  StepUnderTest step(kPerMinute, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send(
      {{-1, -100, {"a", "1.00", "1"}}, {-60, -100, {"a", "1.00", "1"}}, {-61, -100, {"a", "1.00", "1"}}});
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 2);
  CHECK_THAT(task.output().rows()[0], Catch::Contains("1969-12-31 23:58:00+00|1969-12-31 23:59:00+00|1|"));
  CHECK_THAT(task.output().rows()[1], Catch::Contains("1969-12-31 23:59:00+00|1970-01-01 00:00:00+00|2|"));
}

TEST_CASE(
    "aggregate, final: a close in slices gives the same rows as one at once, and goes on after a restore") {
  StepUnderTest step(kPerMinute, {input_schema()});
  std::vector<InputRow> rows;
  for (int i = 0; i < 25; ++i) rows.push_back({i, i, {"s" + std::to_string(i % 10), "1.00", "1"}});
  TaskUnderTest whole(step.node(), input_schema());
  whole.send(rows);
  whole.advance(EventTime::max());

  TaskUnderTest sliced(step.node(), input_schema());
  sliced.send(rows);
  sliced.commit();
  RecordedOutput out;
  EventTime due = sliced.op().next_due();
  CHECK_FALSE(sliced.op().cursor());
  CHECK_FALSE(sliced.op().fire(due, 3, out));
  std::optional<CloseCursor> cursor = sliced.op().cursor();
  REQUIRE(cursor);
  CHECK(cursor->step == "step");
  CHECK(cursor->window_end == at_second(60));
  CHECK(out.rows().size() == 3);

  // As after a restore or a rollback: the state is the one before the close, nothing else is known.
  sliced.op().set_watermark(at_second(24));
  CHECK_FALSE(sliced.op().cursor());
  sliced.op().resume(*cursor);
  CHECK(sliced.op().cursor() == cursor);
  CHECK(sliced.op().next_due() == due);
  CHECK_FALSE(sliced.op().fire(due, 3, out));
  CHECK_FALSE(sliced.op().fire(due, 3, out));
  CHECK(sliced.op().fire(due, 3, out));
  CHECK_FALSE(sliced.op().cursor());
  CHECK(out.rows() == whole.output().rows());
  CHECK(sliced.op().next_due() == EventTime::max());
}

TEST_CASE("aggregate: the next boundary is the next multiple of the window + grace") {
  StepUnderTest step(kPerMinute, {input_schema()});
  const OperatorNode& node = step.node();
  CHECK(node.delay() == std::chrono::seconds(10));
  CHECK(node.next_boundary(at_second(0)) == at_second(10));
  CHECK(node.next_boundary(at_second(10) - Duration{1}) == at_second(10));
  CHECK(node.next_boundary(at_second(10)) == at_second(70));
  CHECK(node.next_boundary(at_second(-51)) == at_second(-50));
  CHECK(node.next_boundary(EventTime::min()) > EventTime::min());
  CHECK(node.next_boundary(EventTime::max()) == EventTime::max());
}

}  // namespace
}  // namespace pactolus
