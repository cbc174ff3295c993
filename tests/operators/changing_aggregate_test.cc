#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
const Schema& input_schema() {
  static const Schema schema = schema_of({"account text", "amount numeric(12,2) null"});
  return schema;
}

const char* kBalances = R"(aggregate:
  by: account
  select:
    balance: sum(amount)
)";

TEST_CASE("aggregate, changes: every row that alters its group's result gives one change, in input order") {
  StepUnderTest step(kBalances, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "1.00"}}, {2, 0, {"b", "5.00"}}, {3, 0, {"a", "2.00"}}, {4, 0, {"a", "3.00"}}});
  CHECK(task.output().rows() ==
        Lines{"+ a|1.00 @1 w0", "+ b|5.00 @2 w0", "+ a|3.00 @3 w0", "+ a|6.00 @4 w0"});
  CHECK(task.op().counts == StepCounts{.rows_in = 4, .absorbed = 4, .results_by_row = 4});
  CHECK(step.node().is_table());
  CHECK(step.node().key_columns() == std::vector<size_t>{0});
}

TEST_CASE("aggregate, changes: a row that alters nothing gives no change, but a new group always does") {
  StepUnderTest step(kBalances, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", std::nullopt}},
             {2, 0, {"a", std::nullopt}},
             {3, 0, {"a", "1.00"}},
             {4, 0, {"a", "0.00"}}});
  CHECK(task.output().rows() == Lines{"+ a|NULL @1 w0", "+ a|1.00 @3 w0"});
}

TEST_CASE("aggregate, changes: a number that is only displayed differently is a change") {
  Schema input = schema_of({"account text", "amount numeric"});
  StepUnderTest step(kBalances, {input});
  TaskUnderTest task(step.node(), input);
  task.send({{1, 0, {"a", "1.0"}}, {2, 0, {"a", "0.00"}}, {3, 0, {"a", "0.0"}}});
  CHECK(task.output().rows() == Lines{"+ a|1.0 @1 w0", "+ a|1.00 @2 w0"});
}

TEST_CASE(
    "aggregate, changes: a group that leaves by having is retracted with its previous row, and may come "
    "back") {
  StepUnderTest step(R"(aggregate:
  by: account
  select:
    balance: sum(amount)
  having: balance > 10
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "10.00"}}, {2, 0, {"a", "1.00"}}, {3, 0, {"a", "-5.00"}}, {4, 0, {"a", "-1.00"}}});
  CHECK(task.output().rows() == Lines{"+ a|11.00 @2 w0", "- a|11.00 @3 w0"});
  task.send({{5, 0, {"a", "20.00"}}, {6, 0, {"b", "1.00"}}, {7, 0, {"a", "-20.00"}}});
  CHECK(task.output().rows() ==
        Lines{"+ a|11.00 @2 w0", "- a|11.00 @3 w0", "+ a|25.00 @5 w0", "- a|25.00 @7 w0"});
  CHECK(task.op().counts.results_withheld == 5);
}

TEST_CASE(
    "aggregate, changes: a result that fails is a dead letter and takes back the one before; the next one "
    "that does not is a change") {
  StepUnderTest step(R"(aggregate:
  by: account
  select:
    inverse: 1 / sum(amount)
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "1"}}, {2, 0, {"a", "-1"}}, {3, 0, {"a", "1"}}});
  const std::string one = "a|1.00000000000000000000 @";
  CHECK(task.output().rows() == Lines{"+ " + one + "1 w0", "- " + one + "2 w0", "+ " + one + "3 w0"});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a}"});
  CHECK(task.op().counts == StepCounts{.rows_in = 3, .absorbed = 3, .results_by_row = 3, .dead_results = 1});
}

TEST_CASE("aggregate, changes: where somebody wants before-rows, an update is a pair of rows") {
  const char* yaml = "aggregate:\n  by: account\n  select: {balance: sum(amount)}\n  having: balance > 0\n";
  StepUnderTest step(yaml, {input_schema()});
  for (size_t batch_rows : {1, 100}) {
    TaskUnderTest task(step.node(), input_schema());
    task.op().before_rows = true;
    task.batch_rows = batch_rows;
    task.send({{1, 0, {"a", "1"}},
               {2, 0, {"b", "5"}},
               {3, 0, {"a", "2"}},
               {4, 0, {"a", "0"}},
               {5, 0, {"a", "-3"}},
               {6, 0, {"a", "-1"}},
               {7, 0, {"b", "1"}},
               {8, 0, {"a", "2"}}});
    CHECK(task.output().rows() == Lines{"+ a|1.00 @1 w0", "+ b|5.00 @2 w0", "< a|1.00 @3 w0",
                                        "+ a|3.00 @3 w0", "- a|3.00 @5 w0", "< b|5.00 @7 w0",
                                        "+ b|6.00 @7 w0", "+ a|1.00 @8 w0"});
    CHECK(task.op().counts.results_by_row == 6);
  }
}

TEST_CASE(
    "aggregate, changes: in windows, a result stands at its window's end and its watermark is behind by the "
    "grace") {
  StepUnderTest step(R"(aggregate:
  by: account
  window: {tumbling: 1m}
  grace: 10s
  emit: changes
  select:
    balance: sum(amount)
)",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "1.00"}}, {61, 61, {"a", "2.00"}}, {2, 62, {"a", "3.00"}}});
  const std::string first = "1970-01-01 00:00:00+00|1970-01-01 00:01:00+00|";
  const std::string second = "1970-01-01 00:01:00+00|1970-01-01 00:02:00+00|";
  CHECK(task.output().rows() == Lines{"+ a|" + first + "1.00 @59.999999 w-9",
                                      "+ a|" + second + "2.00 @119.999999 w51",
                                      "+ a|" + first + "4.00 @59.999999 w52"});
  CHECK(step.node().key_columns() == std::vector<size_t>{0, 1});
  CHECK(task.state().tables().front()->rows() == 2);
  task.advance(at_second(70));
  CHECK(task.state().tables().front()->rows() == 1);
  CHECK(task.output().rows().size() == 3);
  task.send({{3, 0, {"a", "1.00"}}});
  CHECK(task.output().dead_letters().size() == 1);
}

const char* kForgetful = R"(aggregate:
  by: account
  ttl: 64s
  select:
    balance: sum(amount)
    different: count(DISTINCT amount)
  having: balance <> 0
)";

TEST_CASE(
    "aggregate, ttl: a group without rows for so long is taken back, and begins anew with its next row") {
  StepUnderTest step(kForgetful, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.slice_rows = 1;
  task.send({{1, 1, {"a", "1.00"}}, {2, 2, {"b", "2.00"}}, {2, 2, {"c", "0.00"}}, {30, 30, {"a", "3.00"}}});
  task.advance(at_second(67) - Duration{1});
  CHECK(task.output().rows().size() == 3);
  task.advance(at_second(67));
  CHECK(task.output().rows() == Lines{"+ a|1.00|1 @1 w1", "+ b|2.00|1 @2 w2", "+ a|4.00|2 @30 w30",
                                      "- b|2.00|1 @66.999999 w66.999999"});
  task.send({{2, 67, {"a", "9.00"}}, {3, 67, {"a", "3.00"}}, {68, 68, {"b", "5.00"}}});
  CHECK(task.output().dead_letters() ==
        Lines{"late: the row is older than the `ttl` of 64s, and its group may have been forgotten: the "
              "watermark of "
              "the row's partition was 1970-01-01T00:01:07Z, 0s beyond {a|9.00}"});
  CHECK(task.output().rows().size() == 6);
  CHECK(task.output().rows().back() == "+ b|5.00|1 @68 w68");
  task.advance(EventTime::max());
  CHECK(std::vector(task.output().rows().begin() + 6, task.output().rows().end()) ==
        Lines{"- a|7.00|2 @94.999999 w94.999999", "- b|5.00|1 @132.999999 w132.999999"});
  CHECK(task.op().counts == StepCounts{.rows_in = 7,
                                       .absorbed = 6,
                                       .dead_letters = 1,
                                       .results_by_row = 5,
                                       .results_by_close = 3,
                                       .results_withheld = 1});
  CHECK(task.state().rows() == 0);
}

TEST_CASE("aggregate, ttl: state that lies on disk counts as that in memory does") {
  StepUnderTest step(kForgetful, {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 3; left > 0; --left) {
      rows.push_back({i - static_cast<int64_t>(random() % 9),
                      i - 4,
                      {"account " + std::to_string(random() % 60), std::to_string(random() % 9)}});
    }
    return rows;
  };
  const StepCounts counts = compare_with_disk(step.node(), input_schema(), 9, rows_at, 2);
  CHECK(counts.results_by_close > 50);
  CHECK(counts.results_by_row > 200);
}

TEST_CASE("aggregate, changes: a select that looks at the row's time does not depend on where batches end") {
  StepUnderTest step(R"(aggregate:
  by: account
  select:
    balance: sum(amount)
    seen: event_time()
)",
                     {input_schema()});
  std::vector<InputRow> rows = {{1, 0, {"a", "1.00"}}, {2, 0, {"a", "0.00"}}, {3, 0, {"a", "1.00"}}};
  TaskUnderTest together(step.node(), input_schema());
  together.send(rows);
  TaskUnderTest single(step.node(), input_schema());
  single.batch_rows = 1;
  single.send(rows);
  CHECK(together.output().rows() == single.output().rows());
}

}  // namespace
}  // namespace pactolus
