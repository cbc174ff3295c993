#include <algorithm>
#include <random>

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

StepUnderTest join(const std::string& kind, const std::string& rest = "") {
  return StepUnderTest("join:\n  stream: rows2\n  as: o\n  kind: " + kind +
                           "\n  within: {before: 2s, after: 10s}\n  match: rows.id = o.id\n" + rest +
                           "  select: {id: rows.id, a: rows.amount, b: o.amount}\n",
                       {input_schema(), input_schema()});
}

InputRow left(int64_t time, int64_t watermark, const char* id, const char* amount) {
  return {time, watermark, {id, amount}, 0};
}
InputRow right(int64_t time, int64_t watermark, const char* id, const char* amount) {
  return {time, watermark, {id, amount}, 1};
}

Lines sorted(Lines lines) {
  std::ranges::sort(lines);
  return lines;
}

TEST_CASE("join: a pair goes out when its second row comes, with the later time") {
  StepUnderTest step = join("inner");
  TaskUnderTest task(step.node(), input_schema());
  task.send({left(10, 0, "a", "1"), left(11, 0, "b", "2"), right(20, 0, "a", "3"), right(9, 0, "b", "4"),
             right(22, 0, "b", "5"), left(11, 0, "b", "6")});
  CHECK(task.output().rows() == Lines{"+ a|1|3 @20 w20", "+ b|2|4 @11 w11", "+ b|6|4 @11 w11"});
  CHECK(task.op().counts == StepCounts{.rows_in = 6, .absorbed = 6, .results_by_row = 3});
}

TEST_CASE("join: the rows that match one row come in the order of their times, equal ones as they came") {
  StepUnderTest step = join("inner");
  TaskUnderTest task(step.node(), input_schema());
  task.send({left(17, 0, "a", "1"), left(12, 0, "a", "2"), left(15, 0, "a", "3"), left(12, 0, "a", "4"),
             left(9, 0, "a", "5"), left(20, 0, "a", "6"), right(18, 0, "a", "7")});
  CHECK(task.output().rows() == Lines{"+ a|5|7 @18 w18", "+ a|2|7 @18 w18", "+ a|4|7 @18 w18",
                                      "+ a|3|7 @18 w18", "+ a|1|7 @18 w18", "+ a|6|7 @20 w20"});
}

TEST_CASE("join: each row of an outer side goes out once, when no partner can come any more") {
  StepUnderTest step = join("full");
  TaskUnderTest task(step.node(), input_schema());
  task.send({left(10, 0, "a", "1"), left(11, 0, "b", "2"), right(12, 0, "a", "3"), right(30, 0, "c", "4")});
  CHECK(task.output().rows() == Lines{"+ a|1|3 @12 w12"});
  task.advance(at_second(21));
  CHECK(task.output().rows().size() == 1);
  task.advance(at_second(22));
  CHECK(task.output().rows() == Lines{"+ a|1|3 @12 w12", "+ b|2|NULL @11 w11"});
  task.advance(at_second(33));
  CHECK(task.output().rows().size() == 3);
  CHECK(task.output().rows()[2] == "+ NULL|NULL|4 @30 w30");
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 4, .absorbed = 4, .results_by_row = 1, .results_by_close = 2});
  task.advance(at_second(60));
  CHECK(task.state().rows() == 0);
}

TEST_CASE("join: NULL matches nothing: it is dropped, or goes out alone") {
  for (const char* kind : {"inner", "left", "right", "full"}) {
    INFO(kind);
    StepUnderTest step = join(kind);
    TaskUnderTest task(step.node(), input_schema());
    task.send({{10, 0, {std::nullopt, "1"}, 0}, {10, 0, {std::nullopt, "2"}, 1}});
    task.advance(at_second(100));
    Lines expected;
    if (kind == std::string("left") || kind == std::string("full"))
      expected.push_back("+ NULL|1|NULL @10 w10");
    if (kind == std::string("right") || kind == std::string("full"))
      expected.push_back("+ NULL|NULL|2 @10 w10");
    CHECK(sorted(task.output().rows()) == sorted(expected));
    CHECK(task.op().counts.filtered == 2 - expected.size());
    CHECK(task.op().counts.absorbed == expected.size());
  }
}

TEST_CASE("join: a row is late by its own watermark, to the very second that a partner may be gone") {
  StepUnderTest step = join("left", "  grace: 3s\n");
  TaskUnderTest task(step.node(), input_schema());
  task.send({left(10, 13, "a", "1"), left(9, 13, "a", "2"), right(10, 13, "a", "3"), right(9, 13, "a", "4")});
  CHECK(task.output().rows() == Lines{"+ a|1|3 @10 w10"});
  CHECK(task.output().dead_letters() ==
        Lines{"late: rows that it matches may be forgotten: the watermark of the row's partition was "
              "1970-01-01T00:00:13Z, 1s beyond {a|2}",
              "late: rows that it matches may be forgotten: the watermark of the row's partition was "
              "1970-01-01T00:00:13Z, 1s beyond {a|4}"});
}

TEST_CASE("join: whatever the order in which rows come, the results are the same") {
  std::mt19937 random(3);
  for (const char* kind : {"inner", "left", "right", "full"}) {
    INFO(kind);
    StepUnderTest step = join(kind);
    for (int round = 0; round < 20; ++round) {
      std::vector<InputRow> rows;
      for (int i = 0; i < 60; ++i) {
        const char* id = random() % 2 == 0 ? "a" : "b";
        rows.push_back({static_cast<int64_t>(random() % 40), 0, {id, std::to_string(i)}, random() % 2});
      }
      Lines first;
      for (int shuffle = 0; shuffle < 3; ++shuffle) {
        TaskUnderTest task(step.node(), input_schema());
        task.send(rows);
        task.advance(at_second(1000));
        if (shuffle == 0) first = sorted(task.output().rows());
        CHECK(sorted(task.output().rows()) == first);
        CHECK(task.state().rows() == 0);
        std::shuffle(rows.begin(), rows.end(), random);
      }
    }
  }
}

TEST_CASE("join: a row that is too long to be remembered is a dead letter") {
  StepUnderTest step = join("inner");
  TaskUnderTest task(step.node(), input_schema());
  task.send({left(1, 1, std::string(256 * 1024, 'a').c_str(), "1"), left(1, 1, "b", "2")});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0],
             Catch::StartsWith("state_too_large: what is remembered of the row is longer than"));
  CHECK(task.op().counts == StepCounts{.rows_in = 2, .absorbed = 1, .dead_letters = 1});
}

TEST_CASE("join: a key may have any number of rows, each of which is an entry of the state") {
  StepUnderTest step = join("inner");
  TaskUnderTest task(step.node(), input_schema());
  std::vector<InputRow> rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back(left(10, 0, "a", "1"));
  rows.push_back(right(11, 0, "a", "2"));
  task.send(rows);
  CHECK(task.output().rows().size() == 20'000);
}

TEST_CASE("join: rows that are remembered on disk match as those in memory do") {
  for (const char* kind : {"inner", "full"}) {
    INFO(kind);
    StepUnderTest step = join(kind, "  grace: 1s\n");
    const auto rows_at = [](int now, std::mt19937& random) {
      std::vector<InputRow> rows;
      for (size_t count = random() % 5; count > 0; --count) {
        const int64_t time = now + static_cast<int64_t>(random() % 9) - 3;
        const std::string id(1, static_cast<char>('a' + random() % 6));
        rows.push_back({time, now - 2, {id, std::to_string(random() % 100)}, random() % 2});
      }
      return rows;
    };
    const StepCounts counts = compare_with_disk(step.node(), input_schema(), 5, rows_at, 1);
    CHECK(counts.results_by_row > 100);
    CHECK((counts.results_by_close > 20 || kind == std::string("inner")));
  }
}

TEST_CASE("join: what follows waits as long as rows of an outer side may go out late") {
  using namespace std::chrono_literals;
  CHECK(join("inner", "  grace: 3s\n").node().delay() == 3s);
  // Twelve seconds are cut into 64 slices, of whole milliseconds.
  CHECK(join("left", "  grace: 3s\n").node().delay() == 13s + 188ms);
  CHECK(join("right", "  grace: 3s\n").node().delay() == 5s + 188ms);
  CHECK(join("full").node().delay() == 10s + 188ms);
}

TEST_CASE("join: a side whose rows may be absent is not copied, and its columns may be NULL") {
  using Copies = std::vector<std::optional<size_t>>;
  const StepUnderTest left_join = join("left");
  CHECK(left_join.node().copied_from(0) == Copies{0, 1, std::nullopt});
  CHECK(left_join.node().copied_from(1) == Copies{std::nullopt, std::nullopt, std::nullopt});
  CHECK_FALSE(left_join.node().output()[1].nullable);
  CHECK(left_join.node().output()[2].nullable);
  const StepUnderTest right_join = join("right");
  CHECK(right_join.node().copied_from(0) == Copies{std::nullopt, std::nullopt, std::nullopt});
  CHECK(right_join.node().copied_from(1) == Copies{std::nullopt, std::nullopt, 1});
}

}  // namespace
}  // namespace pactolus
