#include <map>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
constexpr Change kReplaced = Change::kReplaced;
constexpr Change kRetract = Change::kRetract;

const Schema& input_schema() {
  static const Schema schema = schema_of({"id text", "merchant text", "amount integer null"});
  return schema;
}
const StreamTraits kTable{true, {0}, {}};

TEST_CASE("top of a stream: a row that enters moves the others down, and one that doesn't changes nothing") {
  StepUnderTest step("top: {by: merchant, order: amount DESC, limit: 2, rank: place}\n", {input_schema()});
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(step.node(), input_schema());
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({{1, 0, {"a", "m", "5"}},
               {2, 0, {"b", "m", "7"}},
               {3, 0, {"c", "m", "5"}},
               {4, 0, {"d", "n", "1"}},
               {5, 0, {"e", "m", "6"}},
               {6, 0, {"f", "m", "2"}}});
    CHECK(task.output().rows() == Lines{"+ a|m|5|1 @1 w0", "< a|m|5|1 @2 w0", "+ b|m|7|1 @2 w0",
                                        "+ a|m|5|2 @2 w0", "+ d|n|1|1 @4 w0", "< a|m|5|2 @5 w0",
                                        "+ e|m|6|2 @5 w0"});
    CHECK(task.op().counts == StepCounts{.rows_in = 6, .filtered = 2, .absorbed = 4, .results_by_row = 5});
  }
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{1, 3});
}

TEST_CASE("top of a stream: of equal rows those that came first stay, and NULLs stand as in PostgreSQL") {
  StepUnderTest step("top: {order: [amount, id DESC], limit: 3, rank: place}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "m", std::nullopt}},
             {2, 0, {"b", "x", "1"}},
             {3, 0, {"b", "y", "1"}},
             {4, 0, {"b", "z", "1"}},
             {5, 0, {"c", "m", "1"}}});
  CHECK(task.output().rows() == Lines{"+ a|m|NULL|1 @1 w0", "+ b|x|1|1 @2 w0", "+ a|m|NULL|2 @2 w0",
                                      "+ b|y|1|2 @3 w0", "+ a|m|NULL|3 @3 w0", "+ b|z|1|3 @4 w0",
                                      "+ c|m|1|1 @5 w0", "+ b|x|1|2 @5 w0", "+ b|y|1|3 @5 w0"});
}

TEST_CASE("top of a stream: the only row of a group is known by it, without a place") {
  StepUnderTest step("top: {by: merchant, order: amount DESC, limit: 1}\n", {input_schema()});
  for (bool before_rows : {false, true}) {
    TaskUnderTest task(step.node(), input_schema());
    task.op().before_rows = before_rows;
    task.send(
        {{1, 0, {"a", "m", "5"}}, {2, 0, {"b", "m", "5"}}, {3, 0, {"c", "n", "1"}}, {4, 0, {"d", "m", "7"}}});
    Lines expected = {"+ a|m|5 @1 w0", "+ c|n|1 @3 w0", "< a|m|5 @4 w0", "+ d|m|7 @4 w0"};
    if (!before_rows) expected.erase(expected.begin() + 2);
    CHECK(task.output().rows() == expected);
    CHECK(task.op().counts.filtered == 1);
  }
  CHECK(step.node().key_columns() == std::vector<size_t>{1});
}

TEST_CASE("top of a table: a row that goes makes room for the next one") {
  StepUnderTest step("top: {by: merchant, order: amount DESC, limit: 2}\n", input_schema(), kTable);
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(step.node(), input_schema());
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({{1, 0, {"a", "m", "5"}},
               {2, 0, {"b", "m", "7"}},
               {3, 0, {"c", "m", "3"}},
               {4, 0, {"b", "m", "7"}, 0, kRetract},
               {5, 0, {"c", "m", "3"}, 0, kReplaced},
               {5, 0, {"c", "m", "9"}},
               {6, 0, {"c", "m", "9"}, 0, kReplaced},
               {6, 0, {"c", "n", "9"}}});
    CHECK(task.output().rows() == Lines{"+ a|m|5 @1 w0", "+ b|m|7 @2 w0", "- b|m|7 @4 w0", "+ c|m|3 @4 w0",
                                        "< c|m|3 @5 w0", "+ c|m|9 @5 w0", "- c|m|9 @6 w0", "+ c|n|9 @6 w0"});
    CHECK(task.op().counts == StepCounts{.rows_in = 8, .absorbed = 8, .results_by_row = 7});
  }
  CHECK(step.node().key_columns() == std::vector<size_t>{0});
  CHECK(step.node().takes_before_rows(false));
}

TEST_CASE("top of a table: what was never there cannot be taken back") {
  StepUnderTest step("top: {by: merchant, order: amount DESC, limit: 2}\n", input_schema(), kTable);
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "m", "5"}, 0, kRetract}});
  CHECK(task.output().rows().empty());
  CHECK(task.output().dead_letters() ==
        Lines{"unknown_row: the row to be taken back was never in its group {a|m|5}"});
}

TEST_CASE("top by the end of the rows' windows forgets them with these") {
  const Schema schema = schema_of({"merchant text", "window_end timestamptz", "amount integer"});
  StepUnderTest step("top: {by: window_end, order: amount DESC, limit: 2, rank: place}\n", schema,
                     {false, {}, 1});
  TaskUnderTest task(step.node(), schema);
  task.send({{9, 9, {"m", "1970-01-01 00:00:10+00", "5"}}, {9, 9, {"n", "1970-01-01 00:00:10+00", "7"}}});
  CHECK(task.state().tables().front()->rows() == 2);
  CHECK(step.node().window_end_column() == std::optional<size_t>(1));
  task.advance(at_second(10));
  for (const auto& table : task.state().tables()) CHECK(table->rows() == 0);
  task.send({{9, 9, {"o", "1970-01-01 00:00:10+00", "8"}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("late: the window of its group was closed"));
}

TEST_CASE("top: what is wrong with it is said where it stands") {
  const std::pair<const char*, const char*> wrong[] = {
      {"top: {by: merchant, order: amount DESC, limit: 2}\n", "error[top-without-key]"},
      {"top: {by: merchant, order: amount DOWN, limit: 2, rank: place}\n", "error[bad-order]"},
      {"top: {by: merchant, order: amuont, limit: 2, rank: place}\n", "did you mean `amount`?"},
      {"top: {by: merchant, order: amount, limit: 0, rank: place}\n", "error["},
      {"top: {by: merchant, order: amount, limit: 2, rank: id}\n", "error[duplicate-name]"},
  };
  for (const auto& [yaml, finding] : wrong) {
    INFO(yaml);
    StepUnderTest step(yaml, {input_schema()});
    CHECK_FALSE(step.built());
    CHECK_THAT(step.findings(), Catch::Contains(finding));
  }
}

/// Rows of about sixty ids that come, change and go: a table; or all as a stream's.
class RandomRows {
 public:
  explicit RandomRows(bool as_table) : as_table_(as_table) {}

  std::vector<InputRow> next(int now, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (unsigned i = 0; i < 2 + random() % 6; ++i) {
      const auto id = std::to_string(random() % 60);
      auto& known = known_[id];
      InputRow row{now, now, {id, std::to_string(random() % 5), std::to_string(random() % 20)}};
      if (random() % 8 == 0) row.values[2] = std::nullopt;
      if (known && as_table_) {
        rows.push_back(*known);
        rows.back().time = rows.back().watermark = now;
        rows.back().change = random() % 4 == 0 ? kRetract : kReplaced;
        if (rows.back().change == kRetract) {
          known.reset();
          continue;
        }
      }
      rows.push_back(row);
      known = row;
    }
    return rows;
  }

 private:
  bool as_table_;
  std::map<std::string, std::optional<InputRow>> known_;
};

const std::pair<const char*, bool> kSteps[] = {
    {"top: {by: merchant, order: amount DESC, limit: 3, rank: place}\n", false},
    {"top: {by: merchant, order: amount DESC, limit: 3, rank: place}\n", true},
    {"top: {by: merchant, order: [amount DESC, id], limit: 1}\n", false},
    {"top: {by: merchant, order: [amount NULLS FIRST, id], limit: 4}\n", true},
};

TEST_CASE("top: results and state are the same wherever batches end, and after a rollback") {
  for (const auto& [yaml, as_table] : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, input_schema(), as_table ? kTable : StreamTraits{});
    std::mt19937 random(3);
    RandomRows source(as_table);
    TaskUnderTest together(step.node(), input_schema());
    TaskUnderTest split(step.node(), input_schema());
    together.op().before_rows = true;
    split.op().before_rows = true;
    split.batch_rows = 1;
    for (int now = 0; now < 200; ++now) {
      const std::vector<InputRow> rows = source.next(now, random);
      together.send(rows);
      split.send(rows);
      if (now % 10 != 0) continue;
      split.commit();
      split.send({{now, now, {"x", "1", "100"}}, {now, now, {"y", "2", "-1"}}});
      split.rollback();
    }
    CHECK(split.output().rows() == together.output().rows());
    CHECK(split.op().counts == together.op().counts);
    CHECK(split.state_bytes() == together.state_bytes());
    CHECK(together.output().rows().size() > (as_table ? 300 : 20));
  }
}

TEST_CASE("top: state that lies on disk counts as that in memory does") {
  for (const auto& [yaml, as_table] : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, input_schema(), as_table ? kTable : StreamTraits{});
    RandomRows source(as_table);
    const StepCounts counts =
        compare_with_disk(step.node(), input_schema(), 5,
                          [&](int now, std::mt19937& random) { return source.next(now, random); });
    CHECK(counts.rows_in > 1000);
  }
}

}  // namespace
}  // namespace pactolus
