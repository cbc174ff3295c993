#include <random>

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

std::string step_of(const std::string& windows, const std::string& of_each_window) {
  return "aggregate:\n  by: symbol\n" + windows + "  select:\n    trades: count(*)" + of_each_window +
         "\n    total: sum(price)\n    high: max(price)\n    few: count(*) FILTER (WHERE quantity < 3)\n" +
         "    unit: sum(price / quantity)\n    last: max(quantity::text)\n    rest: 1 / (count(*) - 3)\n";
}

/// Results are computed from slices.
std::string sliced(const std::string& windows) { return step_of(windows, ""); }

/// The same results from the rows of each window: what DISTINCT has seen is not kept by slices.
std::string unsliced(const std::string& windows) {
  return step_of(windows, " + 0 * count(DISTINCT quantity)");
}

const char* kWindows[] = {
    "  window: {hopping: 9s, every: 4s}\n  grace: 2s\n",
    "  window: {hopping: 60s, every: 1s}\n",
    "  window: {cumulative: 20s, every: 3s}\n  grace: 5s\n  late: amend\n",
    "  windows: {short: {hopping: 4s, every: 2s}, long: {hopping: 9s, every: 3s}}\n  grace: 1s\n",
    "  windows:\n    z: {hopping: 10s, every: 5s}\n    own: {tumbling: 10s}\n"
    "    a: {cumulative: 10s, every: 5s}\n  late: amend\n",
};

/// Rows of few groups in some disorder, some late, some that cannot be computed.
InputRow random_row(std::mt19937& random, int64_t now) {
  const auto below = [&](uint32_t limit) { return static_cast<int64_t>(random() % limit); };
  InputRow row{now - below(7), now - 4, {}};
  if (below(8) == 0) row.time -= below(25);
  row.values = {std::string(1, static_cast<char>('a' + below(4))), std::to_string(below(9)) + ".50",
                std::to_string(below(6))};
  if (below(9) == 0) row.values[0] = std::nullopt;
  if (below(9) == 0) row.values[1] = std::nullopt;
  return row;
}

TEST_CASE("slices: results are those of each window's rows, whatever is late for some of them") {
  std::mt19937 random(3);
  for (const char* windows : kWindows) {
    INFO(windows);
    StepUnderTest by_slice(sliced(windows), {input_schema()});
    StepUnderTest by_window(unsliced(windows), {input_schema()});
    for (int round = 0; round < 8; ++round) {
      TaskUnderTest task(by_slice.node(), input_schema());
      TaskUnderTest expected(by_window.node(), input_schema());
      task.slice_rows = 1 + random() % 5;
      for (int64_t now = 0; now < 80; now += static_cast<int64_t>(random() % 4)) {
        std::vector<InputRow> rows;
        for (size_t left = random() % 9; left > 0; --left) rows.push_back(random_row(random, now));
        if (random() % 3 > 0) {
          task.send(rows);
          expected.send(rows);
        } else {  // the rows' partition is ahead of the others
          for (InputRow& row : rows) row.watermark += static_cast<int64_t>(random() % 12);
          task.send(make_batch(input_schema(), rows));
          expected.send(make_batch(input_schema(), rows));
        }
        if (random() % 3 == 0) task.commit();
      }
      task.advance(EventTime::max());
      expected.advance(EventTime::max());
      REQUIRE(task.output().rows() == expected.output().rows());
      REQUIRE(task.output().dead_letters() == expected.output().dead_letters());
      CHECK(task.op().counts == expected.op().counts);
      CHECK(task.op().counts.results_by_close > 50);
      CHECK(task.state().rows() == 1);  // until when windows have closed
    }
  }
}

TEST_CASE("slices: a row is kept once, in however many windows it is") {
  StepUnderTest step(sliced("  window: {hopping: 60s, every: 1s}\n"), {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{100, 90, {"a", "1.00", "1"}}, {100, 90, {"b", "1.00", "1"}}, {101, 90, {"a", "1.00", "1"}}});
  CHECK(task.state().rows() == 3);
  task.advance(at_second(120));
  CHECK(task.op().counts.results_by_close == 20 + 20);
  CHECK(task.state().rows() == 4);
  task.advance(at_second(160));
  CHECK(task.state().rows() == 2);  // the last slice, which is in one more window
  task.advance(at_second(161));
  CHECK(task.op().counts.results_by_close == 61 + 60);
  CHECK(task.state().rows() == 1);
}

TEST_CASE("slices: those on disk give what those in memory do") {
  StepUnderTest step(
      sliced("  windows:\n    hops: {hopping: 9s, every: 4s}\n    far: {hopping: 40s, every: 5s}\n"
             "    own: {tumbling: 10s}\n"),
      {input_schema()});
  const auto rows_at = [](int now, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) rows.push_back(random_row(random, now));
    return rows;
  };
  const StepCounts counts =
      compare_with_disk(step.node(), input_schema(), 5, rows_at, 2, &MemoryDisk::scanned);
  CHECK(counts.results_by_close > 100);
  CHECK(counts.dead_letters > 50);
}

}  // namespace
}  // namespace pactolus
