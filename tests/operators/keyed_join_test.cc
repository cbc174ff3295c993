#include "operators/joining/keyed_join.h"

#include <map>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
using Values = std::vector<std::optional<std::string>>;
constexpr Change kReplaced = Change::kReplaced;
constexpr Change kRetract = Change::kRetract;

/// Of both sides; where left rows move between partitions, they are numbered.
const Schema& rows_schema(bool numbered) {
  static const Schema schema = schema_of({"id text", "ref text null", "value integer null"});
  static const Schema with_numbers =
      schema_of({"id text", "ref text null", "value integer null", "$version bigint"});
  return numbered ? with_numbers : schema;
}
const StreamTraits kTable{true, {0}, {}};

StepUnderTest join_step(const std::string& more, bool numbered = false) {
  return {"join:\n  table: rows2\n  as: r\n" + more,
          std::vector<Schema>{rows_schema(numbered), rows_schema(numbered)},
          std::vector<StreamTraits>{kTable, kTable}};
}

InputRow row(size_t input, int64_t time, const std::string& id, std::optional<std::string> ref,
             std::optional<std::string> value, int version = 0, Change change = Change::kInsert) {
  return {time, INT64_MIN, {id, std::move(ref), std::move(value), std::to_string(version)}, input, change};
}

TEST_CASE("keyed join: a result follows both sides, and nothing goes out where nothing changes") {
  StepUnderTest step =
      join_step("  match: rows.id = r.id\n  select: {id: rows.id, a: rows.value, b: r.value / 2}\n");
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(step.node(), rows_schema(false));
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({row(0, 1, "a", "x", "1"), row(1, 2, "a", "x", "20"), row(1, 3, "b", "x", "30"),
               row(0, 4, "b", "x", "2"), row(1, 5, "a", "y", "20"), row(1, 6, "a", "y", "21"),
               row(1, 7, "a", "y", "40"), row(0, 8, "b", {}, {}, 0, kRetract),
               row(1, 9, "b", {}, {}, 0, kRetract)});
    CHECK(task.output().rows() ==
          Lines{"+ a|1|10 @2 w-", "+ b|2|15 @4 w-", "< a|1|10 @7 w-", "+ a|1|20 @7 w-", "- b|2|15 @8 w-"});
    CHECK(task.op().counts == StepCounts{.rows_in = 9, .absorbed = 9, .results_by_row = 4});
  }
  CHECK(step.node().is_table());
  CHECK_FALSE(step.node().takes_before_rows(true));
  CHECK(step.node().key_columns() == std::vector<size_t>{0});
}

TEST_CASE("keyed join: by a foreign key, a right row is in the results of all left rows that name it") {
  StepUnderTest step =
      join_step("  kind: left\n  match: rows.ref = r.id\n  select: {id: rows.id, v: r.value}\n", true);
  CHECK(step.node().takes_before_rows(false));
  CHECK(step.node().output()[2].name == "$version");
  TaskUnderTest task(step.node(), rows_schema(true));
  task.op().before_rows = true;
  task.send({row(0, 1, "a", "x", "1", 1), row(0, 2, "b", "x", "2", 2), row(0, 3, "c", std::nullopt, "3", 3),
             row(1, 4, "x", {}, "7"), row(0, 5, "a", "x", "1", 1, kReplaced), row(0, 5, "a", "y", "1", 4),
             row(1, 6, "x", {}, {}, 0, kRetract), row(0, 7, "b", "x", "2", 2, kRetract)});
  CHECK(task.output().rows() == Lines{"+ a|NULL|1 @1 w-", "+ b|NULL|2 @2 w-", "+ c|NULL|3 @3 w-",
                                      "< a|NULL|1 @4 w-", "+ a|7|1 @4 w-", "< b|NULL|2 @4 w-",
                                      "+ b|7|2 @4 w-", "- a|7|1 @5 w-", "+ a|NULL|4 @5 w-", "< b|7|2 @6 w-",
                                      "+ b|NULL|2 @6 w-", "- b|NULL|2 @7 w-"});
}

TEST_CASE("keyed join: a result that cannot be computed is a dead letter, and what it was is taken back") {
  StepUnderTest step =
      join_step("  match: rows.id = r.id\n  select: {id: rows.id, q: rows.value / r.value}\n");
  TaskUnderTest task(step.node(), rows_schema(false));
  task.send({row(0, 1, "a", "x", "6"), row(1, 2, "a", "x", "2"), row(1, 3, "a", "x", "0"),
             row(1, 4, "a", "x", "3")});
  CHECK(task.output().rows() == Lines{"+ a|3 @2 w-", "- a|3 @3 w-", "+ a|2 @4 w-"});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("22012"));
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .absorbed = 4, .results_by_row = 3, .dead_results = 1});
}

TEST_CASE("keyed join: what is wrong with it is said where it stands") {
  const std::pair<const char*, const char*> wrong[] = {
      {"  match: rows.ref = r.id\n  kind: full\n  add: {v: r.value}\n", "error[kind-of-foreign-key]"},
      {"  match: rows.id = r.ref\n  add: {v: r.value}\n", "error[match-key]"},
      {"  match: rows.id = r.id\n  select: {v: r.value}\n", "error[table-key-lost]"},
      {"  match: rows.id = r.id\n  kind: right\n  add: {v: r.value}\n", "error[table-key-lost]"},
      {"  match: rows.value = r.id\n  add: {v: r.value}\n", "error[type-mismatch]"},
      {"  match: rows.id = r.id\n  unmatched: drop\n  add: {v: r.value}\n", "error[conflicting-keys]"},
      {"  match: rows.id = r.id\n  max_age: 1s\n  add: {v: r.value}\n", "error[conflicting-keys]"},
  };
  for (const auto& [yaml, finding] : wrong) {
    INFO(yaml);
    StepUnderTest step = join_step(yaml);
    CHECK_FALSE(step.built());
    CHECK_THAT(step.findings(), Catch::Contains(finding));
  }
}

/// Rows of two tables that come, change and go, and what they are.
class RandomTables {
 public:
  explicit RandomTables(bool moves) : moves_(moves) {}

  std::vector<InputRow> next(int now, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) change(random() % 3 == 0 ? 1 : 0, now, random, rows);
    return rows;
  }

  /// The join of the two as they are, by the result's key.
  std::map<std::string, std::string> joined(const std::string& kind) const {
    std::map<std::string, std::string> result;
    const auto text = [](const std::optional<std::string>& value) { return value.value_or("NULL"); };
    for (const auto& [id, left] : tables[0]) {
      const std::optional<std::string> match = moves_ ? left.values[1] : std::optional(id);
      const auto right = match ? tables[1].find(*match) : tables[1].end();
      const bool is_matched = right != tables[1].end();
      if (!is_matched && kind != "left" && kind != "full") continue;
      const std::string other = is_matched ? text(right->second.values[2]) : "NULL";
      result[id] = id + "|" + text(left.values[2]) + "|" + other + (moves_ ? "|" + *left.values[3] : "");
    }
    for (const auto& [id, right] : tables[1]) {
      if ((kind != "right" && kind != "full") || tables[0].contains(id)) continue;
      result[id] = id + "|NULL|" + text(right.values[2]);
    }
    return result;
  }

  std::map<std::string, InputRow> tables[2];

 private:
  void change(size_t input, int now, std::mt19937& random, std::vector<InputRow>& rows) {
    const std::string id = std::to_string(random() % 30);
    std::map<std::string, InputRow>& table = tables[input];
    const auto known = table.find(id);
    InputRow came =
        row(input, now, id, std::to_string(random() % 30), std::to_string(random() % 4), ++version_);
    if (random() % 8 == 0) came.values[1] = std::nullopt;
    const bool is_deletion = random() % 4 == 0;
    if (known == table.end() && is_deletion) return;
    if (known != table.end() && (moves_ || is_deletion)) {
      rows.push_back(known->second);
      rows.back().time = now;
      rows.back().change = is_deletion ? kRetract : kReplaced;
    }
    if (is_deletion) {
      table.erase(known);
      return;
    }
    rows.push_back(came);
    table[id] = came;
  }

  bool moves_;
  int version_ = 0;
};

/// What the changes so far come to; each must fit what was there.
void fold(const Lines& lines, size_t& done, std::map<std::string, std::string>& table) {
  for (; done < lines.size(); ++done) {
    const std::string& line = lines[done];
    INFO(line);
    const std::string body = line.substr(2, line.find(" @") - 2);
    const std::string key = body.substr(0, body.find('|'));
    if (line.front() == '+') {
      CHECK(table.emplace(key, body).second);
      continue;
    }
    REQUIRE(table.contains(key));
    CHECK(table[key] == body);
    table.erase(key);
    if (line.front() == '<') CHECK(lines.at(done + 1).substr(0, 3 + key.size()) == "+ " + key + "|");
  }
}

struct Kind {
  const char* kind;
  bool moves;
};
constexpr Kind kKinds[] = {{"inner", false}, {"left", false}, {"right", false},
                           {"full", false},  {"inner", true}, {"left", true}};

StepUnderTest random_join(const Kind& of) {
  const std::string id = of.kind == std::string("right") ? "r.id" : "rows.id";
  return join_step(std::string("  kind: ") + of.kind + "\n  match: " + (of.moves ? "rows.ref" : "rows.id") +
                       " = r.id\n  select: {id: " + id + ", a: rows.value, b: r.value}\n",
                   of.moves);
}

TEST_CASE("keyed join: after each row the changes come to the join of the tables") {
  for (const Kind& of : kKinds) {
    INFO(of.kind << (of.moves ? " by a foreign key" : " by the key"));
    StepUnderTest step = random_join(of);
    TaskUnderTest task(step.node(), rows_schema(of.moves));
    task.op().before_rows = true;
    RandomTables source(of.moves);
    std::mt19937 random(11);
    std::map<std::string, std::string> table;
    size_t done = 0;
    for (int now = 0; now < 300; ++now) {
      task.send(source.next(now, random));
      fold(task.output().rows(), done, table);
      REQUIRE(table == source.joined(of.kind));
    }
    CHECK(done > 300);
  }
}

TEST_CASE("keyed join: results and state are the same wherever batches end, and after a rollback") {
  for (const Kind& of : kKinds) {
    INFO(of.kind << (of.moves ? " by a foreign key" : " by the key"));
    StepUnderTest step = random_join(of);
    TaskUnderTest together(step.node(), rows_schema(of.moves));
    TaskUnderTest split(step.node(), rows_schema(of.moves));
    together.op().before_rows = split.op().before_rows = true;
    split.batch_rows = 1;
    RandomTables source(of.moves);
    std::mt19937 random(3);
    for (int now = 0; now < 200; ++now) {
      const std::vector<InputRow> rows = source.next(now, random);
      together.send(rows);
      split.send(rows);
      if (now % 10 != 0) continue;
      split.commit();
      split.send({row(0, now, "1", "2", "9", 9999), row(1, now, "2", "2", "9")});
      split.rollback();
    }
    CHECK(split.output().rows() == together.output().rows());
    CHECK(split.op().counts == together.op().counts);
    CHECK(split.state_bytes() == together.state_bytes());
  }
}

TEST_CASE("keyed join: rows that lie on disk count as those in memory do") {
  for (const Kind& of : kKinds) {
    INFO(of.kind << (of.moves ? " by a foreign key" : " by the key"));
    StepUnderTest step = random_join(of);
    RandomTables source(of.moves);
    const StepCounts counts =
        compare_with_disk(step.node(), rows_schema(of.moves), 5,
                          [&](int now, std::mt19937& random) { return source.next(now, random); });
    CHECK(counts.rows_in > 500);
  }
}

}  // namespace
}  // namespace pactolus
