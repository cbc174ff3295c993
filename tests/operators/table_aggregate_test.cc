#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
constexpr Change kReplaced = Change::kReplaced;
constexpr Change kRetract = Change::kRetract;

/// Balances of accounts, each in a segment.
const Schema& input_schema() {
  static const Schema schema = schema_of({"account text", "segment text", "balance integer null"});
  return schema;
}
const StreamTraits kTable{true, {0}, {}};

const char* kTotals = R"(aggregate:
  by: segment
  select:
    accounts: count(*)
    total: sum(balance)
    least: min(balance)
    kinds: count(DISTINCT balance)
)";

TEST_CASE("aggregate over a table: an update within a group is one change, one between groups is two") {
  StepUnderTest step(kTotals, input_schema(), kTable);
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(step.node(), input_schema());
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({{1, 0, {"a", "x", "5"}},
               {2, 0, {"b", "x", "7"}},
               {3, 0, {"a", "x", "5"}, 0, kReplaced},
               {3, 0, {"a", "x", "8"}},
               {4, 0, {"b", "x", "7"}, 0, kReplaced},
               {4, 0, {"b", "y", "7"}},
               {5, 0, {"a", "x", "8"}, 0, kRetract},
               {6, 0, {"c", "x", std::nullopt}}});
    CHECK(task.output().rows() == Lines{"+ x|1|5|5|1 @1 w0", "< x|1|5|5|1 @2 w0", "+ x|2|12|5|2 @2 w0",
                                        "< x|2|12|5|2 @3 w0", "+ x|2|15|7|2 @3 w0", "< x|2|15|7|2 @4 w0",
                                        "+ x|1|8|8|1 @4 w0", "+ y|1|7|7|1 @4 w0", "- x|1|8|8|1 @5 w0",
                                        "+ x|1|NULL|NULL|0 @6 w0"});
    CHECK(task.op().counts == StepCounts{.rows_in = 8, .absorbed = 8, .results_by_row = 7});
  }
}

TEST_CASE("aggregate over a table: a group without rows leaves nothing in the state") {
  StepUnderTest step(kTotals, input_schema(), kTable);
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "x", "5"}}, {2, 0, {"b", "x", "5"}}});
  task.send({{3, 0, {"a", "x", "5"}, 0, kRetract}, {4, 0, {"b", "x", "5"}, 0, kRetract}});
  CHECK(task.output().rows().back() == "- x|1|5|5|1 @4 w0");
  for (const auto& table : task.state().tables()) CHECK(table->rows() == 0);
  CHECK(step.node().takes_before_rows(false));
}

TEST_CASE("aggregate over a table: without `by` there is always a row") {
  StepUnderTest step("aggregate:\n  select: {accounts: count(*), total: sum(balance)}\n", input_schema(),
                     kTable);
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "x", "5"}}, {2, 0, {"a", "x", "5"}, 0, kRetract}, {3, 0, {"b", "x", "1"}}});
  CHECK(task.output().rows() == Lines{"+ 1|5 @1 w0", "+ 0|NULL @2 w0", "+ 1|1 @3 w0"});
}

TEST_CASE(
    "aggregate over a table: a row that cannot be computed is a dead letter once, and never taken out") {
  StepUnderTest step("aggregate:\n  by: segment\n  select: {n: count(*), share: sum(10 / balance)}\n",
                     input_schema(), kTable);
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "x", "5"}},
             {2, 0, {"a", "x", "5"}, 0, kReplaced},
             {2, 0, {"a", "x", "0"}},
             {3, 0, {"a", "x", "0"}, 0, kReplaced},
             {3, 0, {"a", "x", "2"}},
             {4, 0, {"b", "x", "0"}},
             {5, 0, {"b", "x", "0"}, 0, kRetract}});
  CHECK(task.output().rows() == Lines{"+ x|1|2 @1 w0", "- x|1|2 @2 w0", "+ x|1|5 @3 w0"});
  CHECK(task.output().dead_letters() ==
        Lines{"22012: division by zero {a|x|0}", "22012: division by zero {b|x|0}"});
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 7, .filtered = 2, .absorbed = 3, .dead_letters = 2, .results_by_row = 3});
}

TEST_CASE("aggregate over a table: a row that was never added cannot be taken back") {
  StepUnderTest step(kTotals, input_schema(), kTable);
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "x", "5"}, 0, kRetract}});
  CHECK(task.output().rows().empty());
  CHECK(task.output().dead_letters() ==
        Lines{"unknown_row: the row to be taken back was never in its group {a|x|5}"});
}

TEST_CASE("aggregate over a table: what can't take rows back is refused, and says what can") {
  const char* calls[] = {"first_value(balance)", "string_agg(account, ',')", "sum(balance::double precision)",
                         "array_agg(balance ORDER BY account)", "approx_count_distinct(account)"};
  for (const char* call : calls) {
    INFO(call);
    StepUnderTest step(std::string("aggregate:\n  select:\n    v: ") + call + "\n", input_schema(), kTable);
    CHECK_FALSE(step.built());
    CHECK(step.findings().find("error[cannot-take-back]") != std::string::npos);
  }
  StepUnderTest windows("aggregate:\n  window: {tumbling: 1m}\n  select: {n: count(*)}\n", input_schema(),
                        kTable);
  CHECK(windows.findings().find("error[windows-over-running-table]") != std::string::npos);
}

/// Rows of a table of about sixty accounts, as they come and go.
class RandomTable {
 public:
  std::vector<InputRow> next(int now, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (unsigned i = 0; i < 2 + random() % 6; ++i) {
      const auto account = std::to_string(random() % 60);
      auto& known = accounts_[account];
      InputRow row{now, now, {account, std::to_string(random() % 7), std::to_string(random() % 20)}};
      if (random() % 8 == 0) row.values[2] = std::nullopt;
      if (known) {
        rows.push_back(*known);
        rows.back().time = rows.back().watermark = now;
        rows.back().change = random() % 4 == 0 ? kRetract : kReplaced;
      }
      if (known && rows.back().change == kRetract) {
        known.reset();
        continue;
      }
      rows.push_back(row);
      known = row;
    }
    return rows;
  }

 private:
  std::map<std::string, std::optional<InputRow>> accounts_;
};

const char* kSteps[] = {
    kTotals,
    R"(aggregate:
  by: segment
  every: 7s
  select:
    accounts: count(*)
    middle: percentile_disc(0.5) WITHIN GROUP (ORDER BY balance)
    inverse: 1 / sum(balance)
  having: accounts % 3 > 0
)",
};

TEST_CASE(
    "aggregate over a table: results and state are the same wherever batches end, and after a rollback") {
  for (const char* yaml : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, input_schema(), kTable);
    std::mt19937 random(3);
    RandomTable source;
    TaskUnderTest together(step.node(), input_schema());
    TaskUnderTest split(step.node(), input_schema());
    split.batch_rows = 1;
    split.slice_rows = 1;
    for (int now = 0; now < 200; ++now) {
      const std::vector<InputRow> rows = source.next(now, random);
      together.send(rows);
      split.send(rows);
      if (now % 10 != 0) continue;
      split.commit();
      split.send({{now, now, {"x", "1", "1"}}, {now, now, {"y", "2", "2"}}});
      split.rollback();
    }
    CHECK(split.output().rows() == together.output().rows());
    CHECK(split.output().dead_letters() == together.output().dead_letters());
    CHECK(split.op().counts == together.op().counts);
    CHECK(split.state_bytes() == together.state_bytes());
    CHECK(together.output().rows().size() > 100);
  }
}

TEST_CASE("aggregate over a table: state that lies on disk counts as that in memory does") {
  for (const char* yaml : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, input_schema(), kTable);
    RandomTable source;
    const StepCounts counts =
        compare_with_disk(step.node(), input_schema(), 5,
                          [&](int now, std::mt19937& random) { return source.next(now, random); });
    CHECK(counts.absorbed > 1000);
  }
}

}  // namespace
}  // namespace pactolus
