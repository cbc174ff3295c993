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

const char* kThree = R"(aggregate:
  by: symbol
  window: {rows: 3}
  grace: 5s
  select:
    prices: string_agg(price::text, ' ')
    distinct_prices: count(DISTINCT price)
)";

TEST_CASE("windows of rows: a group's window ends with its last row, in the order of event times") {
  StepUnderTest step(kThree, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{4, 0, {"a", "4", "1"}},
             {1, 0, {"a", "1", "1"}},
             {2, 0, {"b", "7", "1"}},
             {3, 0, {"a", "3", "1"}},
             {2, 0, {"a", "1", "1"}},
             {5, 0, {"a", "5", "1"}},
             {6, 0, {"a", "6", "1"}},
             {7, 0, {"a", "7", "1"}}});
  task.advance(at_second(8));
  CHECK(task.output().rows().empty());
  task.advance(at_second(9));
  CHECK(task.output().rows() ==
        Lines{"+ a|1|1970-01-01 00:00:01+00|1970-01-01 00:00:03.000001+00|1.00 1.00 3.00|2 @3 w3"});
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 2);
  CHECK(task.output().rows()[1] ==
        "+ a|2|1970-01-01 00:00:04+00|1970-01-01 00:00:06.000001+00|4.00 5.00 6.00|3 @6 w6");
  // The windows that are not full yet: a group and a value seen for each, and each group's last window.
  CHECK(task.state().rows() == 6);
  CHECK(task.op().counts == StepCounts{.rows_in = 8, .absorbed = 8, .results_by_close = 2});
}

TEST_CASE("windows of rows: several of a group end in one moment, each with rows of its own") {
  StepUnderTest step("aggregate: {window: {rows: 1}, select: {high: max(price)}, having: high < 3}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "2", "1"}}, {1, 0, {"a", "3", "1"}}, {1, 0, {"b", "1", "1"}}});
  task.advance(EventTime::max());
  CHECK(task.output().rows() == Lines{"+ 1|1970-01-01 00:00:01+00|1970-01-01 00:00:01.000001+00|2.00 @1 w1",
                                      "+ 3|1970-01-01 00:00:01+00|1970-01-01 00:00:01.000001+00|1.00 @1 w1"});
  CHECK(task.op().counts.results_withheld == 1);
}

TEST_CASE("windows of rows: those on disk go on as those in memory") {
  StepUnderTest step(kThree, {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 9),
                      i - 2,
                      {std::string(1, static_cast<char>('a' + random() % 9)), std::to_string(random() % 4),
                       std::to_string(random() % 3)}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 5, rows_at, 2);
  CHECK(counts.results_by_close > 100);
}

TEST_CASE("windows of rows, changes: each row gives its window's change, and a full window stays as it is") {
  StepUnderTest step(std::string(kThree) + "  emit: changes\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.op().before_rows = true;
  task.send(
      {{2, 0, {"a", "2", "1"}}, {1, 0, {"a", "1", "1"}}, {3, 0, {"a", "1", "1"}}, {4, 0, {"a", "7", "1"}}});
  task.advance(EventTime::max());
  const std::string first = " a|1|1970-01-01 00:00:01+00|1970-01-01 00:00:0";
  CHECK(task.output().rows() ==
        Lines{"+" + first + "1.000001+00|1.00|1 @1 w-5", "<" + first + "1.000001+00|1.00|1 @2 w-5",
              "+" + first + "2.000001+00|1.00 2.00|2 @2 w-5", "<" + first + "2.000001+00|1.00 2.00|2 @3 w-5",
              "+" + first + "3.000001+00|1.00 2.00 1.00|2 @3 w-5",
              "+ a|2|1970-01-01 00:00:04+00|1970-01-01 00:00:04.000001+00|7.00|1 @4 w-5"});
  CHECK(step.node().key_columns() == std::vector<size_t>{0, 1});
}

TEST_CASE(
    "windows of rows, early: what each has come to goes out at ticks, and what is final when it is full") {
  StepUnderTest step(std::string(kThree) + "  early: 10s\n  having: distinct_prices < 3\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.slice_rows = 1;
  task.resumes = true;
  task.op().before_rows = true;
  task.send({{2, 0, {"a", "2", "1"}}, {1, 0, {"a", "1", "1"}}, {3, 0, {"b", "7", "1"}}});
  task.advance(at_second(10) - Duration{1});
  CHECK(task.output().rows().empty());
  task.advance(at_second(10));
  const std::string start = "|1|1970-01-01 00:00:0";
  const std::string of_b = " b" + start + "3+00|1970-01-01 00:00:0";
  const std::string early = " a" + start + "1+00|1970-01-01 00:00:02.000001+00|1.00 2.00|2|false";
  CHECK(task.output().rows() == Lines{"+" + early + " @2 w2", "+" + of_b + "3.000001+00|7.00|1|false @3 w3"});
  // One is full with too much in it, one with little, at once; and of another the first row has come.
  task.send({{7, 10, {"a", "3", "1"}},
             {6, 10, {"b", "7", "1"}},
             {7, 10, {"b", "7", "1"}},
             {7, 10, {"b", "1", "1"}}});
  task.advance(at_second(20) - Duration{1});
  const Lines full{"- " + early.substr(1) + " @7 w7", "<" + of_b + "3.000001+00|7.00|1|false @7 w7",
                   "+" + of_b + "7.000001+00|7.00 7.00 7.00|1|true @7 w7"};
  CHECK(std::vector(task.output().rows().begin() + 2, task.output().rows().end()) == full);
  task.advance(EventTime::max());
  CHECK(task.output().rows().size() == 6);
  CHECK(task.output().rows().back() ==
        "+ b|2|1970-01-01 00:00:07+00|1970-01-01 00:00:07.000001+00|1.00|1|false @7 w7");
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 7, .absorbed = 7, .results_by_close = 5, .results_withheld = 1});
  CHECK(task.op().next_due() == EventTime::max());
}

TEST_CASE("windows of rows, every: those on disk go on as those in memory") {
  StepUnderTest step(std::string(kThree) + "  emit: changes\n  every: 7s\n", {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 4; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 5),
                      i - 2,
                      {std::string(1, static_cast<char>('a' + random() % 9)), std::to_string(random() % 4),
                       std::to_string(random() % 3)}});
    }
    return rows;
  };
  CHECK(compare_with_disk(step.node(), input_schema(), 5, rows_at, 2).results_by_close > 200);
}

}  // namespace
}  // namespace pactolus
