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

const char* kSessions = R"(aggregate:
  by: symbol
  window: {session: 10s}
  grace: 5s
  select:
    trades: count(*)
    first: first_value(price)
)";

const char* kEverything = R"(aggregate:
  by: symbol
  window: {session: 4s, at_most: 9s}
  grace: 3s
  select:
    trades: count(*)
    unit: sum(price / quantity)
    high: max(price::text)
    prices: count(DISTINCT price)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
    all_prices: string_agg(price::text, ',')
)";

TEST_CASE("sessions: they are made of rows in the order of their times, and end a gap behind the last one") {
  StepUnderTest step(kSessions, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{19, 15, {"a", "3", "1"}},
             {10, 15, {"a", "1", "1"}},
             {12, 15, {"b", "5", "1"}},
             {29, 15, {"a", "4", "1"}},
             {12, 16, {"a", "2", "1"}}});
  task.advance(at_second(27) - Duration{1});
  CHECK(task.output().rows().empty());
  task.advance(at_second(27));
  CHECK(task.output().rows() ==
        Lines{"+ b|1970-01-01 00:00:12+00|1970-01-01 00:00:22+00|1|5.00 @21.999999 w21.999999"});
  task.advance(at_second(34));
  CHECK(task.output().rows().size() == 2);
  CHECK(task.output().rows().back() ==
        "+ a|1970-01-01 00:00:10+00|1970-01-01 00:00:29+00|3|1.00 @28.999999 w28.999999");
  task.advance(EventTime::max());
  CHECK(task.output().rows().back() ==
        "+ a|1970-01-01 00:00:29+00|1970-01-01 00:00:39+00|1|4.00 @38.999999 w38.999999");
  CHECK(task.op().counts == StepCounts{.rows_in = 5, .absorbed = 5, .results_by_close = 3});
  CHECK(task.op().next_due() == EventTime::max());
  CHECK(task.state().rows() == 0);
}

TEST_CASE("sessions: one that would become longer than at_most is cut, and the next row begins another") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {session: 10s, at_most: 25s}
  select: {trades: count(*)}
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{0, 0, {"a", "1", "1"}},
             {9, 0, {"a", "1", "1"}},
             {18, 0, {"a", "1", "1"}},
             {24, 0, {"a", "1", "1"}},
             {25, 0, {"a", "1", "1"}},
             {29, 0, {"a", "1", "1"}}});
  task.advance(EventTime::max());
  CHECK(task.output().rows() ==
        Lines{"+ a|1970-01-01 00:00:00+00|1970-01-01 00:00:25+00|4 @24.999999 w24.999999",
              "+ a|1970-01-01 00:00:25+00|1970-01-01 00:00:39+00|2 @38.999999 w38.999999"});
}

TEST_CASE("sessions: gaps shorter than the slices in which rows are put in order") {
  StepUnderTest step("aggregate: {window: {session: 1ms}, select: {n: count(*)}}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{0, 0, {"a", "1", "1"}}, {0, 0, {"b", "1", "1"}}, {1, 0, {"a", "1", "1"}}});
  task.advance(EventTime::max());
  CHECK(task.output().rows() ==
        Lines{"+ 1970-01-01 00:00:00+00|1970-01-01 00:00:00.001+00|2 @0.000999 w0.000999",
              "+ 1970-01-01 00:00:01+00|1970-01-01 00:00:01.001+00|1 @1.000999 w1.000999"});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("sessions: a row is late when the watermark has passed its tenth of a second and the grace") {
  StepUnderTest step(kSessions, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{10, 15, {"a", "1", "1"}}, {10, 16, {"a", "1", "0"}}});
  CHECK(task.output().dead_letters() ==
        Lines{"late: the rows before 1970-01-01T00:00:10.1Z have been put in order, after a grace of 5s: the "
              "watermark of the row's partition was 1970-01-01T00:00:16Z, 900ms beyond {a|1.00|0}"});
  CHECK(task.op().counts.absorbed == 1);
  CHECK(step.node().delay() == std::chrono::milliseconds(5100));
  CHECK(step.node().next_boundary(at_second(10)) == at_second(10) + std::chrono::milliseconds(100));
}

TEST_CASE("sessions: what cannot be computed of a row is told when it comes, of a result when it goes out") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {session: 10s}
  select:
    unit: sum(price / quantity)
    rest: 1 / (count(*) - 1)
  having: rest < 1
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1", "0"}},
             {1, 1, {"a", "1", "1"}},
             {1, 1, {"b", "1", "1"}},
             {2, 1, {"b", "1", "1"}},
             {1, 1, {"c", "1", "1"}},
             {2, 1, {"c", "1", "1"}},
             {3, 1, {"c", "1", "1"}}});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|1.00|0}"});
  task.advance(EventTime::max());
  CHECK(task.output().rows() == Lines{"+ c|1970-01-01 00:00:01+00|1970-01-01 "
                                      "00:00:13+00|3.00000000000000000000|0 @12.999999 w12.999999"});
  CHECK(task.output().dead_letters().back() ==
        "22012: division by zero {a|1970-01-01 00:00:01+00|1970-01-01 00:00:11+00}");
  CHECK(task.op().counts == StepCounts{.rows_in = 7,
                                       .absorbed = 6,
                                       .dead_letters = 1,
                                       .results_by_close = 1,
                                       .results_withheld = 1,
                                       .dead_results = 1});
}

TEST_CASE("sessions: a long session is looked at a few times each gap, and leaves the state when it ends") {
  StepUnderTest step("aggregate: {by: symbol, window: {session: 1h}, select: {n: count(DISTINCT price)}}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  uint64_t calls = 0;
  for (int64_t minute = 0; minute < 24 * 60; ++minute) {
    task.send({{60 * minute, INT64_MIN, {"a", std::to_string(minute % 7), "1"}}});
    const EventTime now = at_second(60 * minute + 59);
    while (task.op().next_due() <= now) {
      ++calls;
      RecordedOutput none;
      REQUIRE(task.op().fire(task.op().next_due(), 1000, none));
      REQUIRE(none.rows().empty());
    }
    task.advance(now);
    task.commit();
    CHECK(task.state().rows() < 20);
  }
  CHECK(calls < 24 * 60 + 24 * 4);  // one for each row's slice, and the looks
  task.advance(EventTime::max());
  REQUIRE(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows()[0], Catch::Contains("|7 @"));
  CHECK(task.state().rows() == 0);
}

TEST_CASE("sessions: any order within the disorder and the grace gives the same sessions") {
  std::mt19937 random(3);
  StepUnderTest step(kEverything, {input_schema()});
  std::vector<InputRow> rows;
  for (int64_t i = 0; i < 200; ++i) {
    rows.push_back({static_cast<int64_t>(random() % 300),
                    INT64_MIN,
                    {std::string(1, static_cast<char>('a' + random() % 3)), std::to_string(i), "1"}});
  }
  std::ranges::stable_sort(rows, {}, &InputRow::time);
  std::erase_if(rows, [last = int64_t{-1}](const InputRow& row) mutable {
    return std::exchange(last, row.time) == row.time;  // those at one time are taken as they come
  });
  TaskUnderTest straight(step.node(), input_schema());
  straight.send(rows);
  straight.advance(EventTime::max());
  CHECK(straight.output().rows().size() > 30);
  for (int round = 0; round < 5; ++round) {
    std::vector<std::pair<int64_t, InputRow>> shuffled;
    for (const InputRow& row : rows)
      shuffled.emplace_back(row.time + static_cast<int64_t>(random() % 6), row);
    std::ranges::stable_sort(shuffled, {}, &std::pair<int64_t, InputRow>::first);
    TaskUnderTest task(step.node(), input_schema());
    for (auto& [seen, row] : shuffled) {
      row.watermark = seen - 3;
      task.send({row});
    }
    task.advance(EventTime::max());
    CHECK(task.output().dead_letters().empty());
    CHECK(task.output().rows() == straight.output().rows());
  }
}

TEST_CASE("sessions: those on disk go on as those in memory") {
  StepUnderTest step(kEverything, {input_schema()});
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
  CHECK(counts.dead_letters > 50);
}

std::string session(const std::string& symbol, const std::string& start, const std::string& end) {
  return " " + symbol + "|1970-01-01 00:00:" + start + "+00|1970-01-01 00:00:" + end + "+00|";
}

TEST_CASE("sessions, changes: each row gives its session's change, in the order of event times") {
  StepUnderTest step(
      "aggregate:\n  by: symbol\n  window: {session: 10s, at_most: 15s}\n  emit: changes\n"
      "  select: {trades: count(*), high: max(price)}\n  having: trades <> 3\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.slice_rows = 2;
  task.op().before_rows = true;
  task.send({{19, 5, {"a", "3", "1"}},
             {10, 5, {"a", "1", "1"}},
             {12, 5, {"b", "5", "1"}},
             {24, 5, {"a", "2", "1"}},
             {25, 5, {"a", "4", "1"}},
             {26, 5, {"a", "4", "1"}}});
  task.advance(at_second(10));
  CHECK(task.output().rows().empty());
  task.advance(at_second(35));
  CHECK(task.output().rows() == Lines{"+" + session("a", "10", "20") + "1|1.00 @10 w5",
                                      "+" + session("b", "12", "22") + "1|5.00 @12 w5",
                                      "<" + session("a", "10", "20") + "1|1.00 @19 w5",
                                      "+" + session("a", "10", "25") + "2|3.00 @19 w5",
                                      "-" + session("a", "10", "25") + "2|3.00 @24 w5",
                                      "+" + session("a", "25", "35") + "1|4.00 @25 w5",
                                      "<" + session("a", "25", "35") + "1|4.00 @26 w5",
                                      "+" + session("a", "25", "36") + "2|4.00 @26 w5"});
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 6, .absorbed = 6, .results_by_close = 6, .results_withheld = 1});
  task.advance(EventTime::max());
  CHECK(task.output().rows().size() == 8);
  CHECK(task.state().rows() == 0);
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{0, 1});
}

TEST_CASE("sessions, early: what each has come to goes out at ticks, and when it has ended, what is final") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {session: 10s}
  grace: 4900ms
  early: 10s
  select: {trades: count(*), total: sum(price)}
  having: total > 0
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.slice_rows = 1;
  task.resumes = true;
  task.op().before_rows = true;
  // The row of second 15 has waited long enough at second 20, as the tick comes.
  task.send({{15, 5, {"a", "2", "1"}},
             {10, 5, {"a", "1", "1"}},
             {11, 5, {"b", "5", "1"}},
             {12, 5, {"c", "-1", "1"}},
             {16, 5, {"b", "3", "1"}}});
  task.advance(at_second(20) - Duration{1});
  CHECK(task.output().rows().empty());
  task.advance(at_second(20));
  CHECK(task.output().rows() == Lines{"+" + session("a", "10", "25") + "2|3.00|false @24.999999 w24.999999",
                                      "+" + session("b", "11", "21") + "1|5.00|false @20.999999 w20.999999"});
  // A session grows, one goes on with nothing to show for it, and one comes to nothing.
  task.send({{20, 20, {"a", "4", "1"}}, {17, 20, {"b", "-8", "1"}}, {21, 20, {"c", "1", "1"}}});
  task.advance(at_second(30));
  CHECK(std::vector(task.output().rows().begin() + 2, task.output().rows().end()) ==
        Lines{"<" + session("a", "10", "25") + "2|3.00|false @29.999999 w29.999999",
              "+" + session("a", "10", "30") + "3|7.00|false @29.999999 w29.999999",
              "-" + session("b", "11", "21") + "1|5.00|false @26.999999 w26.999999"});
  task.advance(at_second(35) - Duration{1});
  CHECK(std::vector(task.output().rows().begin() + 5, task.output().rows().end()) ==
        Lines{"<" + session("a", "10", "30") + "3|7.00|false @29.999999 w29.999999",
              "+" + session("a", "10", "30") + "3|7.00|true @29.999999 w29.999999"});
  task.send({{33, 35, {"c", "9", "1"}}});
  task.advance(EventTime::max());
  CHECK(std::vector(task.output().rows().begin() + 7, task.output().rows().end()) ==
        Lines{"+" + session("c", "33", "43") + "1|9.00|false @42.999999 w42.999999",
              "<" + session("c", "33", "43") + "1|9.00|false @42.999999 w42.999999",
              "+" + session("c", "33", "43") + "1|9.00|true @42.999999 w42.999999"});
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 9, .absorbed = 9, .results_by_close = 7, .results_withheld = 5});
  CHECK(task.state().rows() == 0);
  CHECK(task.op().next_due() == EventTime::max());
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{0, 1});
  CHECK_FALSE(step.node().results_by_row());
  CHECK(step.node().next_boundary(at_second(20) - Duration{1}) == at_second(20));
}

TEST_CASE("sessions, every: the last change of one that ends before the tick goes out with its end") {
  StepUnderTest step(R"(aggregate:
  by: symbol
  window: {session: 5s}
  emit: changes
  every: 20s
  select: {high: max(price)}
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "3", "1"}}, {17, 0, {"b", "1", "1"}}, {19, 0, {"c", "2", "1"}}});
  task.advance(at_second(6));
  CHECK(task.output().rows() == Lines{"+" + session("a", "01", "06") + "3.00 @5.999999 w5.999999"});
  task.advance(at_second(20));
  CHECK(task.output().rows().size() == 3);
  // What has not changed since does not go out again; of a session that has grown the end has changed.
  task.send({{23, 20, {"c", "1", "1"}}});
  task.advance(EventTime::max());
  CHECK(std::vector(task.output().rows().begin() + 1, task.output().rows().end()) ==
        Lines{"+" + session("b", "17", "22") + "1.00 @21.999999 w21.999999",
              "+" + session("c", "19", "24") + "2.00 @23.999999 w23.999999",
              "+" + session("c", "19", "28") + "2.00 @27.999999 w27.999999"});
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .absorbed = 4, .results_by_close = 4});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("sessions, early: those on disk go on as those in memory") {
  StepUnderTest step(std::string(kEverything) + "  early: 5s\n  having: trades <> 2\n", {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 5),
                      i - 2,
                      {std::string(1, static_cast<char>('a' + random() % 9)), std::to_string(random() % 4),
                       std::to_string(random() % 3)}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 5, rows_at, 2);
  CHECK(counts.results_by_close > 200);
  CHECK(counts.results_withheld > 50);
}

}  // namespace
}  // namespace pactolus
