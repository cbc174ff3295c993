#include "operators/time_order/time_ordered_rows.h"

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"id text null", "unused integer", "price numeric(12,2) null"});
  return schema;
}

/// A step that hands its rows on in the order of their times.
class InOrder final : public Operator {
 public:
  InOrder(const TimeOrder& order, StateStore& state) : rows_(order, state) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    const std::vector<RowError> refused = rows_.put(batch);
    for (const RowError& error : refused) out.dead_letter(batch, error);
    counts.dead_letters += refused.size();
    counts.absorbed += batch.selection.size();
  }
  EventTime next_due() const override { return rows_.next_due(); }
  bool fire(EventTime, size_t rows_max, OperatorOutput& out) override {
    ColumnBatch batch = rows_.take(rows_max);
    batch.schema = &shown_;
    batch.columns.erase(batch.columns.begin() + 1);
    counts.results_by_close += batch.selection.size();
    out.emit(std::move(batch));
    return !rows_.taking();
  }
  void set_watermark(EventTime watermark) override { rows_.set_watermark(watermark); }
  std::optional<CloseCursor> cursor() const override { return rows_.cursor("step"); }
  void resume(const CloseCursor& cursor) override { rows_.resume(cursor); }

 private:
  Schema shown_ = schema_of({"id text null", "price numeric(12,2) null"});
  TimeOrderedRows rows_;
};

class InOrderNode final : public OperatorNode {
 public:
  explicit InOrderNode(Duration grace)
      : order_(time_order("step", "waiting", input_schema(), {0, 2}, grace)) {}
  const Schema& output() const override { return input_schema(); }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return {0, 1, 2}; }
  EventTime next_boundary(EventTime watermark) const override { return order_.next_boundary(watermark); }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<InOrder>(order_, state);
  }

 private:
  TimeOrder order_;
};

TEST_CASE("rows in the order of their times: they go on when the watermark has passed them and the grace") {
  InOrderNode node(std::chrono::seconds{2});
  TaskUnderTest task(node, input_schema());
  task.send({{7, 1, {"b", "0", "1.50"}},
             {5, 1, {"a", "0", std::nullopt}},
             {7, 1, {std::nullopt, "0", "0.50"}},
             {5, 2, {"c", "0", "3.25"}},
             {9, 2, {"d", "0", "4.00"}}});
  task.advance(at_second(7));
  CHECK(task.output().rows().empty());
  task.advance(at_second(7) + Duration{100'000});
  CHECK(task.output().rows() == Lines{"+ a|NULL @5 w1", "+ c|3.25 @5 w2"});
  task.advance(at_second(10));
  CHECK(task.output().rows().size() == 4);
  CHECK(task.output().rows()[2] == "+ b|1.50 @7 w1");
  CHECK(task.output().rows()[3] == "+ NULL|0.50 @7 w1");
  CHECK(task.state().rows() == 1);
}

TEST_CASE(
    "rows in the order of their times: late by the row's watermark, or by the task's when it was idle") {
  InOrderNode node(std::chrono::seconds{2});
  TaskUnderTest task(node, input_schema());
  task.send(
      {{5, 7, {"a", "0", "1"}}, {5, 8, {"b", "0", "1"}}, {6, 0, {"c", "0", "1"}}, {5, 0, {"d", "0", "1"}}});
  task.advance(EventTime::max());
  CHECK(task.output().rows() == Lines{"+ a|1.00 @5 w7", "+ c|1.00 @6 w0"});
  CHECK(task.output().dead_letters() ==
        Lines{"late: the rows before 1970-01-01T00:00:05.1Z have been put in order, after a grace of 2s: the "
              "watermark of the row's partition was 1970-01-01T00:00:08Z, 900ms beyond {b|0|1.00}",
              "late: the rows before 1970-01-01T00:00:05.1Z have been put in order, after a grace of 2s: the "
              "row's partition had been idle, and the others had gone on {d|0|1.00}"});
}

TEST_CASE("rows in the order of their times: one that is too long to be kept is a dead letter") {
  InOrderNode node(Duration{0});
  TaskUnderTest task(node, input_schema());
  task.send(
      {{1, 0, {"a", "0", "1"}}, {1, 0, {std::string(256 * 1024, 'x'), "0", "1"}}, {1, 0, {"b", "0", "1"}}});
  task.advance(EventTime::max());
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large: the row is longer"));
  CHECK(task.output().rows() == Lines{"+ a|1.00 @1 w0", "+ b|1.00 @1 w0"});
}

TEST_CASE("rows in the order of their times: a slice goes on where it was, wherever calls and batches end") {
  InOrderNode node(std::chrono::seconds{1});
  std::mt19937 random(3);
  std::vector<InputRow> rows;
  for (int64_t i = 0; i < 200; ++i) {
    const int64_t now = i / 20;
    rows.push_back({now - static_cast<int64_t>(random() % 6), now - 1, {"r" + std::to_string(i), "0", "1"}});
  }
  TaskUnderTest whole(node, input_schema());
  whole.send(rows);
  whole.advance(EventTime::max());
  CHECK(whole.output().dead_letters().size() > 10);
  CHECK(whole.output().rows().size() + whole.output().dead_letters().size() == rows.size());
  for (size_t size : {1, 3, 7}) {
    TaskUnderTest task(node, input_schema());
    task.batch_rows = size;
    task.send(rows);
    RecordedOutput rest;
    while (task.op().next_due() < EventTime::max()) {
      const EventTime due = task.op().next_due();
      while (!task.op().fire(due, size, rest)) {
        const std::optional<CloseCursor> cursor = task.op().cursor();
        task.op().set_watermark(due);
        task.op().resume(*cursor);
      }
    }
    Lines all = task.output().rows();
    all.insert(all.end(), rest.rows().begin(), rest.rows().end());
    CHECK(all == whole.output().rows());
    CHECK(task.output().dead_letters() == whole.output().dead_letters());
  }
}

TEST_CASE("rows in the order of their times: those on disk go on as those in memory") {
  InOrderNode node(std::chrono::seconds{5});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left)
      rows.push_back(
          {i - static_cast<int64_t>(random() % 9), i - 2, {std::to_string(random() % 9), "0", "1"}});
    return rows;
  };
  CHECK(compare_with_disk(node, input_schema(), 5, rows_at, 2, &MemoryDisk::scanned).results_by_close > 300);
}

TEST_CASE("rows in the order of their times: a slice is a small part of the grace, or a tenth of a second") {
  using std::chrono::minutes;
  using std::chrono::seconds;
  CHECK(time_order_slice(seconds{99}) == std::chrono::milliseconds{100});
  CHECK(time_order_slice(seconds{100}) == seconds{1});
  CHECK(time_order_slice(seconds{1000}) == seconds{10});
  CHECK(time_order_slice(minutes{100}) == minutes{1});
  CHECK(time_order_slice(std::chrono::hours{1000}) == minutes{1});
}

}  // namespace
}  // namespace pactolus
