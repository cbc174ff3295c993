#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"symbol text", "price numeric(10,2) null", "venue text null"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

TEST_CASE("fill: what can be filled with no more is gone from the state") {
  StepUnderTest step("fill: {by: symbol, set: {price: {previous: 10s}, venue: {previous: 20s}}}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{5, 0, {"A", "1.50", "X"}}, {9, 0, {"A", std::nullopt, std::nullopt}}});
  CHECK(task.output().rows() == Lines{"+ A|1.50|X @5 w0", "+ A|1.50|X @9 w0"});
  CHECK(task.state().rows() == 4);  // a value and where the last one is, of each column
  task.advance(at_second(20) - Duration{1});
  CHECK(task.state().rows() == 4);
  task.advance(at_second(20));
  CHECK(task.state().rows() == 2);
  task.advance(at_second(40));
  CHECK(task.state().rows() == 0);
}

TEST_CASE("fill: a value that is too long to be remembered is a dead letter") {
  StepUnderTest step("fill: {by: symbol, set: {venue: {previous: 10s}}}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"A", "1", std::string(256 * 1024, 'x')}}, {1, 1, {"A", "2", "X"}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large"));
  CHECK(task.output().rows() == Lines{"+ A|2.00|X @1 w1"});
}

TEST_CASE("fill: values that lie on disk count as those in memory do") {
  StepUnderTest step("fill: {by: symbol, grace: 3s, set: {price: {previous: 7s}, venue: {previous: 4s}}}\n",
                     {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    const auto maybe = [&](std::string value) {
      return random() % 2 == 0 ? std::nullopt : std::optional(std::move(value));
    };
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      rows.push_back({i + static_cast<int64_t>(random() % 9),
                      i - 2,
                      {std::string(1, static_cast<char>('A' + random() % 4)),
                       maybe(std::to_string(i) + ".00"), maybe("venue " + std::to_string(i))}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 3, rows_at);
  CHECK(counts.passed > 100);
}

TEST_CASE("fill: findings") {
  using Catch::Contains;
  CHECK_THAT(findings("fill: {by: symbol}\n"), Contains("set"));
  CHECK_THAT(findings("fill: {set: {}}\n"), Contains("`set` is a map of columns"));
  CHECK_THAT(findings("fill: {set: {price: {}}}\n"), Contains("with what is `price` filled?"));
  CHECK_THAT(findings("fill: {set: {prise: {previous: 5m}}}\n"), Contains("did you mean `price`?"));
  CHECK_THAT(findings("fill: {set: {price: {constant: 1}, Price: {constant: 2}}}\n"),
             Contains("`Price` is filled already"));
  CHECK_THAT(findings("fill: {set: {price: {constant: \"'x'\"}}}\n"), Contains("numeric"));
  CHECK_THAT(findings("fill: {set: {price: {constant: price}}}\n"), Contains("price"));
  CHECK_THAT(findings("fill: {set: {venue: {linear: 5m}}}\n"),
             Contains("lines are of numeric and double precision"));
  CHECK_THAT(findings("fill: {set: {price: {linear: 5m}, venue: {previous: 5m}}}\n"),
             Contains("cannot stand in one step"));
}

TEST_CASE("fill: a line is drawn between neighbours that are near enough, once both must have come") {
  StepUnderTest step("fill: {by: symbol, set: {price: {linear: 10s}, venue: {constant: \"'none'\"}}}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  const auto quote = [](int64_t time, std::optional<std::string> price, int64_t watermark) {
    return InputRow{time, watermark, {"A", std::move(price), std::nullopt}};
  };
  task.send({quote(0, "1.00", -5), quote(3, std::nullopt, -2), quote(1, std::nullopt, -2),
             quote(10, "2.00", 5), quote(14, std::nullopt, 9)});
  CHECK(task.output().rows().empty());
  task.advance(at_second(14));
  CHECK(task.output().rows() ==
        Lines{"+ A|1.00|none @0 w-5", "+ A|1.10|none @1 w-2", "+ A|1.30|none @3 w-2"});
  task.send({quote(21, "9.00", 14), quote(21, std::nullopt, 14), quote(13, "5.00", 14)});
  task.advance(EventTime::max());
  CHECK(task.output().rows().size() == 7);
  CHECK(task.output().rows()[4] == "+ A|NULL|none @14 w9");  // its neighbours are eleven seconds apart
  CHECK(task.output().rows()[6] == "+ A|9.00|none @21 w14");
  CHECK(task.output().dead_letters() ==
        Lines{"late: rows may have been filled without it: the watermark of the row's partition was "
              "1970-01-01T00:00:14Z, 900ms beyond {A|5.00|NULL}"});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("fill: lines between values on disk are those between values in memory") {
  StepUnderTest step("fill: {by: symbol, grace: 3s, set: {price: {linear: 9s, constant: -1}}}\n",
                     {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      rows.push_back({i + static_cast<int64_t>(random() % 9),
                      i - 2,
                      {std::string(1, static_cast<char>('A' + random() % 4)), std::nullopt, "X"}});
      if (random() % 2 == 0) rows.back().values[1] = std::to_string(i) + ".00";
    }
    return rows;
  };
  CHECK(compare_with_disk(step.node(), input_schema(), 3, rows_at, 7).results_by_close > 100);
}

}  // namespace
}  // namespace pactolus
