#include <algorithm>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Catch::Contains;
using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text null", "id text", "amount integer null"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

InputRow payment(int64_t time, const std::string& id, int amount, const std::string& card = "a") {
  return {time, INT64_MIN, {card, id, std::to_string(amount)}};
}

/// A row of a match without the events, which come from no records here: "+ a|p|q @3".
Lines without_events(const RecordedOutput& output) {
  Lines lines;
  for (const std::string& row : output.rows()) {
    const std::string time = row.substr(row.rfind(" @"));
    lines.push_back(row.substr(0, row.find("|[{")) + time.substr(0, time.find(" w")));
  }
  return lines;
}

/// What a pattern with these settings finds in the rows.
Lines found(const std::string& settings, const std::vector<InputRow>& rows) {
  StepUnderTest step("pattern: {by: card, " + settings + "}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send(rows);
  task.advance(EventTime::max());
  CHECK(task.output().dead_letters().empty());
  CHECK(task.state().rows() == 0);
  return without_events(task.output());
}

const std::string kTested =
    "sequence: [small: {times: 2, when: amount < 5}, large: {when: amount > 50 * max(small.amount)}], "
    "select: {first: first_value(small.id), second: last_value(small.id), last: large.id}";

TEST_CASE("pattern: each row begins one match at the most, which takes the next rows that fit") {
  const std::vector<InputRow> rows{payment(5, "e", 99),      payment(1, "p", 1), payment(3, "r", 40),
                                   payment(2, "q", 2),       payment(4, "s", 3), payment(7, "t", 101),
                                   payment(6, "f", 900, "b")};
  CHECK(found("within: 1m, " + kTested, rows) == Lines{"+ a|p|q|t @7"});
  CHECK(found("within: 1m, after_match: next_row, " + kTested, rows) == Lines{"+ a|p|q|t @7"});
  std::vector<InputRow> more = rows;
  more.push_back(payment(8, "u", 151));
  CHECK(found("within: 1m, after_match: next_row, " + kTested, more) ==
        Lines{"+ a|p|q|t @7", "+ a|q|s|u @8"});
  CHECK(found("within: 1m, " + kTested, more) == Lines{"+ a|p|q|t @7"});
}

TEST_CASE("pattern: from the first event to the last a match takes the time at the most") {
  const std::vector<InputRow> rows{payment(1, "p", 1), payment(2, "q", 1), payment(11, "r", 99),
                                   payment(12, "s", 99)};
  CHECK(found("within: 10s, " + kTested, rows) == Lines{"+ a|p|q|r @11"});
  CHECK(found("within: 9999ms, " + kTested, rows).empty());
}

TEST_CASE("pattern: of two that one row completes, the one that began first goes out") {
  const std::string stages =
      "within: 1m, sequence: [one: {when: amount = 1}, two: {when: amount = 2}], select: {one: one.id, two: "
      "two.id}, after_match: ";
  const std::vector<InputRow> rows{payment(1, "p", 1), payment(2, "q", 1), payment(3, "r", 2),
                                   payment(4, "s", 2)};
  CHECK(found(stages + "skip_past_last", rows) == Lines{"+ a|p|r @3"});
  CHECK(found(stages + "next_row", rows) == Lines{"+ a|p|r @3", "+ a|q|r @3"});
}

TEST_CASE("pattern: between none, every row of the group belongs to the match") {
  const std::string stages =
      "within: 1m, between: none, sequence: [one: {when: amount = 1}, more: {times: {at_least: 1, at_most: "
      "2}, "
      "when: amount < 3}, three: {when: amount = 3}], select: {ids: \"string_agg(more.id, ',')\"}";
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "q", 2), payment(3, "x", 9, "b"),
                       payment(4, "r", 3)}) == Lines{"+ a|q @4"});
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "q", 2), payment(3, "x", 9), payment(4, "r", 3)})
            .empty());
  // q is of the stage `more` and begins another match, too; that one's first row is not p's.
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "q", 1), payment(3, "r", 2), payment(4, "s", 3)}) ==
        Lines{"+ a|q,r @4"});
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "q", 2), payment(3, "r", 2), payment(4, "s", 2),
                       payment(5, "t", 3)})
            .empty());
}

TEST_CASE("pattern: a stage takes rows until the next one's comes, and looks at its own") {
  const std::string stages =
      "within: 1m, sequence: [start: {when: amount = 0}, rise: {times: {at_least: 2}, when: \"amount > "
      "COALESCE(last_value(rise.amount), start.amount)\"}, fall: {when: amount < start.amount}], "
      "select: {ids: \"string_agg(rise.id, ',')\", rows: count(rise.*), fall: fall.id}";
  CHECK(found(stages, {payment(1, "a", 0), payment(2, "b", 3), payment(3, "c", -1), payment(4, "d", 2),
                       payment(5, "e", 4), payment(6, "f", 9), payment(7, "g", -1)}) ==
        Lines{"+ a|b,e,f|3|g @7"});
}

TEST_CASE("pattern: a row that must be absent ends the match") {
  const std::string stages =
      "within: 10s, sequence: [one: {when: amount = 1}, no: {absent: true, when: amount = 0 AND no.id <> "
      "one.id}, two: {when: amount <= 2 AND amount <> 1}], select: {one: one.id, two: two.id}";
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "q", 2)}) == Lines{"+ a|p|q @2"});
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "n", 0), payment(3, "q", 2)}).empty());
  CHECK(found(stages, {payment(1, "p", 1), payment(2, "p", 0), payment(3, "q", 2)}) == Lines{"+ a|p|p @2"});
}

TEST_CASE("pattern: what ends with an absent row is complete when the time has passed without it") {
  const std::string stages =
      "within: 10s, sequence: [auth: {when: amount = 1}, none: {absent: true, when: amount = 2}], select: "
      "{auth: auth.id}, after_match: ";
  const std::vector<InputRow> rows{payment(1, "p", 1),  payment(11, "q", 2), payment(20, "r", 1),
                                   payment(31, "s", 2), payment(32, "t", 1), payment(33, "u", 1)};
  CHECK(found(stages + "next_row", rows) == Lines{"+ a|r @30", "+ a|t @42", "+ a|u @43"});
  CHECK(found(stages + "skip_past_last", rows) == Lines{"+ a|r @30", "+ a|t @42", "+ a|u @43"});
  // It goes out when the watermark has passed its time, not before.
  StepUnderTest step("pattern: {by: card, " + stages + "next_row}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(1, "p", 1)});
  task.advance(at_second(11));
  CHECK(task.output().rows().empty());
  task.advance(at_second(12));
  CHECK(without_events(task.output()) == Lines{"+ a|p @11"});
  CHECK(task.op().counts == StepCounts{.rows_in = 1, .absorbed = 1, .results_by_close = 1});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("pattern: there is room for so many partial matches of a group") {
  const std::string stages =
      "pattern: {by: card, within: 1m, at_most: 2, after_match: next_row, sequence: [one: {when: amount = "
      "1}, "
      "two: {when: amount = 2}], select: {one: one.id}, overflow: ";
  const std::vector<InputRow> rows{payment(1, "p", 1), payment(2, "q", 1), payment(3, "r", 1),
                                   payment(4, "s", 2)};
  const auto run = [&](const std::string& overflow) {
    StepUnderTest step(stages + overflow + "}\n", {input_schema()});
    TaskUnderTest task(step.node(), input_schema());
    task.send(rows);
    task.advance(EventTime::max());
    CHECK(task.op().counts.matches_dropped == 1);
    CHECK(task.op().counts.dead_results == task.output().dead_letters().size());
    Lines lines = without_events(task.output());
    lines.insert(lines.end(), task.output().dead_letters().begin(), task.output().dead_letters().end());
    return lines;
  };
  CHECK(run("drop_oldest") == Lines{"+ a|q @4", "+ a|r @4"});
  CHECK(run("drop_newest") == Lines{"+ a|p @4", "+ a|q @4"});
  CHECK(run("dead_letter") ==
        Lines{"+ a|p @4", "+ a|q @4",
              "too_many_matches: the group has 2 partial matches: the row begins none {a|r|1}"});
}

TEST_CASE("pattern: a row whose condition fails is a dead letter, and of no stage") {
  StepUnderTest step(
      "pattern: {by: card, within: 1m, sequence: [one: {when: 10 / amount = 10}, two: {when: amount / "
      "(amount - 2 * one.amount) > 0}], select: {one: one.id, share: 1 / (two.amount - 3)}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(1, "p", 1), payment(2, "q", 0), payment(3, "r", 2), payment(4, "s", 3),
             payment(5, "t", 1, "b"), payment(6, "u", 4, "b")});
  task.advance(EventTime::max());
  CHECK(without_events(task.output()) == Lines{"+ b|t|1 @6"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|q|0}",
                                              "22012: division by zero {a|r|2}",
                                              "22012: division by zero {a}"});
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 6, .absorbed = 6, .results_by_close = 1, .dead_results = 3});
}

TEST_CASE("pattern: rows with NULL in the key are a group, or take part in no match") {
  const std::vector<InputRow> rows{{1, INT64_MIN, {std::nullopt, "p", "1"}},
                                   {2, INT64_MIN, {std::nullopt, "q", "2"}}};
  const std::string stages =
      "within: 1m, sequence: [one: {when: amount = 1}, two: {when: amount = 2}], select: {one: one.id}";
  CHECK(found(stages, rows) == Lines{"+ NULL|p @2"});
  CHECK(found("null_key: skip, " + stages, rows).empty());
}

TEST_CASE("pattern: a match that would keep too much does not take the row") {
  StepUnderTest step(
      "pattern: {by: card, within: 1m, sequence: [three: {times: 3, when: TRUE}], select: {rows: "
      "count(three.id)}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  const std::string longest(100'000, 'x');
  task.send({payment(1, longest, 1), payment(2, longest, 1), payment(3, longest, 1), payment(4, "y", 1)});
  task.advance(EventTime::max());
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large: what a match keeps"));
  CHECK(without_events(task.output()) == Lines{"+ a|3 @4"});
}

/// Records of a topic, from offset 40 on.
class Records final : public RowSource {
 public:
  std::optional<RecordAddress> address(uint32_t record) const override {
    return {{"payments", Partition{3}, Offset{40 + record}}};
  }
};

TEST_CASE("pattern: the result names every event of the match, in the order of the stages") {
  StepUnderTest step(
      "pattern: {within: 1m, sequence: [one: {times: 2, when: amount = 1}, two: {when: amount = 2}]}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  ColumnBatch batch = make_batch(
      input_schema(), {payment(3, "r", 2), payment(2, "x", 0), payment(2, "q", 1), payment(1, "p", 1)});
  SystemColumns system = *batch.system;
  system.source = std::make_shared<Records>();
  system.source_row = {0, 1, 2, 3};
  batch.system = std::make_shared<SystemColumns>(std::move(system));
  task.send(batch);
  task.advance(EventTime::max());
  CHECK(task.output().rows() ==
        Lines{"+ [{\"stage\": \"one\", \"topic\": \"payments\", \"offset\": 43, \"partition\": 3}, "
              "{\"stage\": \"one\", \"topic\": \"payments\", \"offset\": 42, \"partition\": 3}, "
              "{\"stage\": \"two\", \"topic\": \"payments\", \"offset\": 40, \"partition\": 3}] @3 w3"});
}

TEST_CASE("pattern: matches on disk go on as those in memory do") {
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 7; left > 0; --left) {
      rows.push_back({i + static_cast<int64_t>(random() % 5),
                      i - 2,
                      {std::string(1, static_cast<char>('a' + random() % 9)), std::to_string(random() % 99),
                       std::to_string(random() % 4)}});
    }
    return rows;
  };
  for (const std::string after : {"skip_past_last", "next_row"}) {
    StepUnderTest step(
        "pattern: {by: card, within: 20s, grace: 1s, at_most: 3, after_match: " + after +
            ", sequence: [one: {when: amount = 1}, more: {times: {at_least: 2, at_most: 4}, when: amount > "
            "0}, "
            "none: {absent: true, when: id > min(more.id)}, zero: {when: amount = 0}, never: {absent: true, "
            "when: amount = 3 AND id > zero.id}], select: {ids: \"string_agg(more.id, ',')\", zero: "
            "zero.id}}\n",
        {input_schema()});
    const StepCounts counts = compare_with_disk(step.node(), input_schema(), 7, rows_at, 3);
    CHECK(counts.results_by_close > 5);
    CHECK(counts.matches_dropped > 0);
  }
}

TEST_CASE("pattern: findings") {
  const std::string stages = "sequence: [small: {times: 3, when: amount < 5}, large: {when: ";
  CHECK_THAT(findings("pattern: {by: card}\n"), Contains("within") && Contains("sequence"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount > max(smal.amount)}]}\n"),
             Contains("there is no stage `smal`") && Contains("did you mean `small`?"));
  CHECK_THAT(findings("pattern: {within: 1m, sequence: [small: {when: amount > large.amount}, large: {when: "
                      "TRUE}]}\n"),
             Contains("`large` comes later"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount > small.amount}]}\n"),
             Contains("several-rows") && Contains("last_value(small.amount)"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount > count(*)}]}\n"),
             Contains("stage-missing") && Contains("count(small.*)"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount > max(amount)}]}\n"),
             Contains("ambiguous-column") && Contains("`small.amount` or `large.amount`"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount > max(small.amount + large.amount)}]}\n"),
             Contains("several-stages"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "amount}]}\n"), Contains("must be boolean"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "TRUE}], select: {x: amount}}\n"),
             Contains("of which stage is the column `amount`?"));
  CHECK_THAT(findings("pattern: {within: 1m, " + stages + "TRUE}], select: {x: large.amout}}\n"),
             Contains("there is no column `amout`"));
  CHECK_THAT(
      findings("pattern: {by: card, within: 1m, " + stages +
               "TRUE}], select: {card: 1, matched_events: 2}}\n"),
      Contains("has the column `card` already") && Contains("has the column `matched_events` already"));
  CHECK_THAT(
      findings("pattern: {within: 1m, sequence: [no: {absent: true, when: TRUE}, yes: {when: TRUE}]}\n"),
      Contains("absent-first"));
  CHECK_THAT(findings("pattern: {within: 1m, between: none, sequence: [yes: {when: TRUE}, no: {absent: true, "
                      "when: TRUE}]}\n"),
             Contains("absent-between-none"));
  CHECK_THAT(
      findings("pattern: {within: 1m, sequence: [yes: {when: TRUE}, no: {absent: true, times: 2, when: "
               "count(no.*) > 1}], select: {x: no.amount}}\n"),
      Contains("has no `times`"));
  CHECK_THAT(findings("pattern: {within: 1m, sequence: [yes: {when: TRUE}, no: {absent: true, when: "
                      "count(no.*) > 1}], select: {x: no.amount}}\n"),
             Contains("the stage `no` is absent"));
  CHECK_THAT(findings("pattern: {within: 1m, sequence: [yes: {times: 0, when: TRUE}, yes: {when: TRUE}]}\n"),
             Contains("from 1 to 1000 rows") && Contains("`absent: true`") && Contains("duplicate-name"));
  CHECK_THAT(
      findings("pattern: {within: 1m, sequence: [yes: {times: {at_least: 3, at_most: 2}, when: TRUE}]}\n"),
      Contains("`at_most` is less"));
  CHECK_THAT(
      findings("pattern: {within: 1m, sequence: [yes: {times: {at_least: 2, at_most: 3}, when: TRUE}]}\n"),
      Contains("needless-at-most"));
  CHECK_THAT(findings("pattern: {within: 1m, sequence: {yes: {when: TRUE}}}\n"),
             Contains("a list of stages"));
}

}  // namespace
}  // namespace pactolus
