#include "operators/tables/table_changes.h"

#include "operators/tables/newest_rows.h"
#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
constexpr Change kReplaced = Change::kReplaced;
constexpr Change kRetract = Change::kRetract;

const Schema& cards() {
  static const Schema schema = schema_of({"id text", "home text null", "most integer null"});
  return schema;
}

/// A step that the plan puts in.
struct PutIn {
  PutIn(const OperatorSpec& spec, const Schema& input) {
    Diagnostics none;
    StepInput rows{"cards", &input, true, {0}};
    node = spec.build({.step = "step",
                       .node = nullptr,
                       .inputs = {rows},
                       .constants = {},
                       .hints = {},
                       .diagnostics = &none});
    REQUIRE(node != nullptr);
  }
  std::unique_ptr<const OperatorNode> node;
};

InputRow card(int64_t time, const std::string& id, const std::string& home, const std::string& most = "1") {
  return {time, INT64_MIN, {id, home, most}};
}

/// Of a source's deletion only the key is known.
InputRow deletion(int64_t time, const std::string& id) {
  return {time, INT64_MIN, {id, std::nullopt, std::nullopt}, 0, kRetract};
}

TEST_CASE("changes of a table: each row comes with what it replaces, and a deletion with what is gone") {
  PutIn step(table_changes_spec(), cards());
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(*step.node, cards());
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({card(1, "a", "NO"), card(2, "b", "SE"), card(3, "a", "NO"), card(4, "a", "FR"),
               deletion(5, "b"), deletion(6, "c"), deletion(7, "b"), card(8, "b", "DK")});
    CHECK(task.output().rows() == Lines{"+ a|NO|1 @1 w-", "+ b|SE|1 @2 w-", "< a|NO|1 @4 w-",
                                        "+ a|FR|1 @4 w-", "- b|SE|1 @5 w-", "+ b|DK|1 @8 w-"});
    CHECK(task.op().counts == StepCounts{.rows_in = 8, .absorbed = 8, .results_by_row = 5});
  }
  CHECK(step.node->is_table());
  CHECK(step.node->key_columns() == std::vector<size_t>{0});
  CHECK_FALSE(step.node->takes_before_rows(true));
}

TEST_CASE("changes of a table: without someone who wants them there are no before-rows") {
  PutIn step(table_changes_spec(), cards());
  TaskUnderTest task(*step.node, cards());
  task.send({card(1, "a", "NO"), card(2, "a", "FR"), deletion(3, "a")});
  CHECK(task.output().rows() == Lines{"+ a|NO|1 @1 w-", "+ a|FR|1 @2 w-", "- a|FR|1 @3 w-"});
}

TEST_CASE("changes of a table: a row that is too long is refused, and the one before it stays") {
  const Schema schema = schema_of({"id text", "name text"});
  PutIn step(table_changes_spec(), schema);
  TaskUnderTest task(*step.node, schema);
  task.send({{1, INT64_MIN, {"a", "x"}}, {2, INT64_MIN, {"a", std::string(300'000, 'x')}}});
  CHECK(task.output().rows() == Lines{"+ a|x @1 w-"});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large"));
  CHECK(task.op().counts == StepCounts{.rows_in = 2, .absorbed = 1, .dead_letters = 1, .results_by_row = 1});
}

TEST_CASE("changes of a table: numbers grow with each change, also of a key that comes back") {
  PutIn step(numbered_changes_spec(), cards());
  TaskUnderTest task(*step.node, cards());
  task.op().before_rows = true;
  task.send({card(1, "a", "NO"), card(2, "b", "SE"), card(3, "a", "FR"), card(4, "a", "FR"), deletion(5, "a"),
             card(6, "a", "NO")});
  CHECK(task.output().rows() == Lines{"+ a|NO|1|1 @1 w-", "+ b|SE|1|2 @2 w-", "< a|NO|1|1 @3 w-",
                                      "+ a|FR|1|3 @3 w-", "- a|FR|1|3 @5 w-", "+ a|NO|1|4 @6 w-"});
}

const Schema& versions() {
  static const Schema schema = schema_of({"id text", "home text", "$version bigint"});
  return schema;
}

InputRow version(int64_t time, const std::string& id, const std::string& home, int number,
                 Change change = Change::kInsert) {
  return {time, INT64_MIN, {id, home, std::to_string(number)}, 0, change};
}

TEST_CASE("newest rows: a row that moves is the newest one, whoever tells first") {
  PutIn step(newest_rows_spec(), versions());
  const auto run = [&](const std::vector<InputRow>& rows) {
    TaskUnderTest task(*step.node, versions());
    task.op().before_rows = true;
    task.send(rows);
    return task.output().rows();
  };
  CHECK(run({version(1, "a", "NO", 1), version(2, "a", "NO", 1, kRetract), version(3, "a", "FR", 4)}) ==
        Lines{"+ a|NO @1 w-", "- a|NO @2 w-", "+ a|FR @3 w-"});
  CHECK(run({version(1, "a", "NO", 1), version(2, "a", "FR", 4), version(3, "a", "NO", 1, kRetract)}) ==
        Lines{"+ a|NO @1 w-", "< a|NO @2 w-", "+ a|FR @2 w-"});
  // There and back: what was in between comes last.
  CHECK(run({version(1, "a", "NO", 1), version(2, "a", "NO", 1, kRetract), version(3, "a", "SE", 3),
             version(4, "a", "FR", 2), version(5, "a", "FR", 2, kRetract)}) ==
        Lines{"+ a|NO @1 w-", "- a|NO @2 w-", "+ a|SE @3 w-"});
  CHECK(run({version(1, "a", "NO", 1), version(2, "a", "NO", 1, kReplaced), version(2, "a", "SE", 2),
             version(3, "a", "SE", 2, kReplaced), version(3, "a", "SE", 5)}) ==
        Lines{"+ a|NO @1 w-", "< a|NO @2 w-", "+ a|SE @2 w-"});
}

/// Rows of about forty keys that come, change and go.
std::vector<InputRow> random_rows(int now, std::mt19937& random) {
  std::vector<InputRow> rows;
  for (unsigned i = 0; i < 2 + random() % 6; ++i) {
    const std::string id = std::to_string(random() % 40);
    if (random() % 4 == 0) {
      rows.push_back(deletion(now, id));
    } else {
      rows.push_back(card(now, id, std::to_string(random() % 3)));
    }
  }
  return rows;
}

TEST_CASE("changes of a table: results and state are the same wherever batches end, and after a rollback") {
  for (const OperatorSpec* spec : {&table_changes_spec(), &numbered_changes_spec()}) {
    PutIn step(*spec, cards());
    std::mt19937 random(3);
    TaskUnderTest together(*step.node, cards());
    TaskUnderTest split(*step.node, cards());
    together.op().before_rows = split.op().before_rows = true;
    split.batch_rows = 1;
    for (int now = 0; now < 200; ++now) {
      const std::vector<InputRow> rows = random_rows(now, random);
      together.send(rows);
      split.send(rows);
      if (now % 10 != 0) continue;
      split.commit();
      split.send({card(now, "1", "x"), deletion(now, "2")});
      split.rollback();
    }
    CHECK(split.output().rows() == together.output().rows());
    CHECK(split.op().counts == together.op().counts);
    CHECK(split.state_bytes() == together.state_bytes());
    CHECK(together.output().rows().size() > 300);
  }
}

TEST_CASE("changes of a table: rows that lie on disk count as those in memory do") {
  for (const OperatorSpec* spec : {&table_changes_spec(), &numbered_changes_spec()}) {
    PutIn step(*spec, cards());
    CHECK(compare_with_disk(*step.node, cards(), 5, random_rows).rows_in > 1000);
  }
  PutIn newest(newest_rows_spec(), versions());
  int number = 0;
  const auto moving = [&](int now, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (int i = 0; i < 4; ++i) {
      const std::string id = std::to_string(random() % 40);
      const Change change = random() % 3 == 0 ? kRetract : Change::kInsert;
      const int which = change == kRetract ? static_cast<int>(random() % 200) : ++number;
      rows.push_back(version(now, id, std::to_string(which % 5), which, change));
    }
    return rows;
  };
  CHECK(compare_with_disk(*newest.node, versions(), 7, moving).rows_in > 1000);
}

}  // namespace
}  // namespace pactolus
