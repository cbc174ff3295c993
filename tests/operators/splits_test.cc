#include <random>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

const Schema& input_schema() {
  static const Schema schema =
      schema_of({"symbol text null", "price numeric(12,2) null", "quantity integer"});
  return schema;
}

const char* kSteps[] = {
    R"(aggregate:
  by: symbol
  window: {tumbling: 10s}
  grace: 3s
  select:
    trades: count(*)
    unit: sum(price / quantity)
    high: max(price)
    few: count(price) FILTER (WHERE quantity < 3)
    prices: count(DISTINCT price) FILTER (WHERE quantity > 1)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price / quantity DESC)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: trades > 1
)",
    R"(aggregate:
  by: symbol
  window: {tumbling: 10s}
  emit: changes
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    ordered: string_agg(DISTINCT price::text, ',' ORDER BY price::text DESC)
    high: max(price)
  having: share IS NOT NULL
)",
    R"(aggregate:
  by: symbol
  select:
    total: sum(price)
    odd: count(*) % 3
    quantities: sum(DISTINCT quantity)
    median: percentile_disc(0.5) WITHIN GROUP (ORDER BY price)
    usual: mode() WITHIN GROUP (ORDER BY quantity)
    ordered: string_agg(price::text, quantity::text ORDER BY price NULLS FIRST) FILTER (WHERE quantity > 1)
  having: total > 5 OR odd = 1
)",
    R"(aggregate:
  by: symbol
  window: {hopping: 9s, every: 4s}
  grace: 2s
  select:
    trades: count(*)
    prices: count(DISTINCT price / quantity)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
)",
    R"(aggregate:
  by: symbol
  windows:
    ten: {tumbling: 10s}
    far: {cumulative: 20s, every: 5s}
    hops: {hopping: 9s, every: 4s}
  grace: 2s
  select:
    trades: count(*)
    unit: sum(price / quantity)
    high: max(price::text)
  having: trades > 1
)",
    R"(aggregate:
  by: symbol
  windows:
    ten: {tumbling: 10s}
    far: {cumulative: 20s, every: 5s}
  emit: changes
  select:
    total: sum(price / quantity)
    high: max(price)
  having: total > 2
)",
    R"(aggregate:
  by: symbol
  window: {hopping: 20s, every: 10s}
  grace: 3s
  emit: changes
  every: 4s
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    ordered: string_agg(DISTINCT price::text, ',' ORDER BY price::text DESC)
  having: trades % 3 > 0
)",
    R"(aggregate:
  by: symbol
  every: 3s
  select:
    total: sum(price)
    median: percentile_disc(0.5) WITHIN GROUP (ORDER BY price)
  having: total > 5
)",
    R"(aggregate:
  by: symbol
  window: {session: 3s, at_most: 8s}
  grace: 2s
  select:
    trades: count(*)
    unit: sum(price / quantity)
    prices: count(DISTINCT price)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: trades <> 2
)",
    R"(aggregate:
  by: symbol
  window: {session: 3s, at_most: 8s}
  grace: 2s
  emit: changes
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    prices: count(DISTINCT price)
    high: max(price::text)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: trades <> 2
)",
    R"(aggregate:
  by: symbol
  window: {session: 3s, at_most: 8s}
  grace: 2s
  early: 2s
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    prices: count(DISTINCT price)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: trades <> 2
)",
    R"(aggregate:
  by: symbol
  window: {session: 3s}
  emit: changes
  every: 5s
  select:
    high: max(price::text)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price)
    last: event_time() - max(event_time())
)",
    R"(aggregate:
  by: symbol
  window: {rows: 4}
  emit: changes
  select:
    unit: sum(price / quantity)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price)
)",
    R"(aggregate:
  by: symbol
  window: {rows: 5}
  grace: 2s
  select:
    unit: sum(price / quantity)
    prices: count(DISTINCT price)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: prices <> 4
)",
    R"(aggregate:
  by: symbol
  window: {rows: 5}
  grace: 1s
  early: 3s
  select:
    unit: sum(price / quantity)
    prices: count(DISTINCT price)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: prices <> 3
)",
    R"(aggregate:
  by: symbol
  window: {rows: 3}
  emit: changes
  every: 2s
  select:
    high: max(price)
    share: round(10 / (sum(quantity) - 4), 3)
)",
    R"(aggregate:
  by: symbol
  window: {hopping: 9s, every: 4s}
  grace: 1s
  late: amend
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    prices: count(DISTINCT price / quantity)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: trades > 1
)",
    R"(aggregate:
  by: symbol
  windows:
    ten: {tumbling: 10s}
    far: {cumulative: 20s, every: 5s}
  grace: 1s
  late: amend
  early: 3s
  select:
    trades: count(*)
    share: round(10 / (sum(quantity) - 4), 3)
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price / quantity DESC)
  having: trades % 3 > 0
)",
    R"(aggregate:
  by: symbol
  ttl: 3s
  select:
    total: sum(price)
    prices: count(DISTINCT price / quantity)
    ordered: string_agg(price::text, ',' ORDER BY quantity DESC)
  having: total > 5
)",
    "deduplicate: {by: [symbol, quantity], within: 5s, grace: 1s}\n",
    "fill: {by: symbol, grace: 1s, set: {price: {linear: 6s}, quantity: {constant: 1}}}\n",
    "fill: {by: symbol, grace: 1s, set: {price: {previous: 5s, constant: -1}}}\n",
    R"(over:
  by: symbol
  grace: 1s
  windows:
    short: 3s
    long: {last: 11s, exclude: current}
    few: {last: 3 rows, exclude: current}
    ever: {last: unbounded, exclude: current}
  add:
    trades: count(*) OVER long
    total: sum(price / quantity) OVER short
    prices: count(DISTINCT price) FILTER (WHERE quantity > 1) OVER long
    typical: percentile_cont(0.3) WITHIN GROUP (ORDER BY price DESC) OVER long
    high: max(price) OVER short
    low: min(price) OVER ever
    roots: sum(sqrt(quantity)) OVER short
    roots_before: sum(sqrt(quantity)) OVER ever
    last: last_value(price) OVER long
    before: lag(price) OVER few
    prices_before: string_agg(price::text, ',' ORDER BY quantity DESC) OVER few
    ordered: string_agg(DISTINCT price::text, ',' ORDER BY price::text DESC) OVER short
    sure: complete(long)
    three: complete(few)
)",
    R"(over:
  by: symbol
  emit: on_watermark
  grace: 1s
  windows: {short: 3s, few: {last: 3 rows, exclude: current}, ever: unbounded}
  add:
    total: sum(price / quantity) OVER short
    high: max(price) OVER short
    before: lag(price) OVER few
    rest: 1 / count(price) OVER ever
    sure: complete(short)
)",
    R"(over:
  by: symbol
  null_key: alone
  windows: {ever: unbounded, two: 2 rows}
  add:
    total: sum(price / quantity) OVER ever
    before: lag(price) OVER two
    high: max(price) OVER ever
)",
    R"(pattern:
  by: symbol
  within: 9s
  grace: 1s
  at_most: 3
  overflow: dead_letter
  after_match: next_row
  sequence:
    - low: {times: {at_least: 1, at_most: 3}, when: price / quantity < 2}
    - none: {absent: true, when: quantity = count(low.*)}
    - high: {when: price > max(low.price)}
  select: {rest: 1 / (high.quantity - 3), total: sum(low.price), first: first_value(low.quantity)}
)",
    R"(pattern:
  by: symbol
  null_key: skip
  within: 4s
  sequence:
    - start: {when: quantity < 3}
    - none: {absent: true, when: price / (quantity - 1) > start.price}
  select: {rest: 1 / start.quantity, at: event_time()}
)",
    R"(join:
  stream: rows2
  kind: full
  within: {before: 2s, after: 9s}
  grace: 1s
  match: rows.symbol = rows2.symbol
  add:
    other: rows2.price
    unit: rows.price / rows2.quantity
)",
    R"(join:
  stream: rows2
  within: {before: 7s, after: 0s}
  match: rows.symbol = rows2.symbol AND rows.quantity = rows2.quantity
  select: {a: rows.price, b: rows2.price, at: event_time()}
)",
    R"(aggregate:
  emit: changes
  select:
    high: max(price / quantity)
    last: event_time() - max(event_time())
    root: round(sum(sqrt(quantity) ORDER BY price)::numeric, 9)
)",
};

size_t inputs_of(std::string_view yaml) { return yaml.starts_with("join") ? 2 : 1; }

/// Rows of few groups in some disorder, some late, some that cannot be computed, and a watermark that rises.
std::vector<InputRow> random_rows(std::mt19937& random, size_t count, size_t inputs) {
  auto pick = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
  std::vector<InputRow> rows;
  int now = 0;
  for (size_t i = 0; i < count; ++i) {
    now += pick(0, 2) == 0 ? pick(0, 4) : 0;
    InputRow row{now - pick(0, 6), now - 4, {}};
    if (pick(0, 9) == 0) row.time -= 12;
    row.values = {std::string(1, static_cast<char>('a' + pick(0, 3))), std::to_string(pick(-3, 9)) + ".50",
                  std::to_string(pick(0, 6))};
    if (pick(0, 9) == 0) row.values[0] = std::nullopt;
    if (pick(0, 9) == 0) row.values[1] = std::nullopt;
    if (inputs > 1 && pick(0, 2) == 0) row.input = 1;
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST_CASE("steps with state: results, dead letters and state are the same wherever batches and slices end") {
  std::mt19937 random(7);
  for (const char* yaml : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, std::vector<Schema>(inputs_of(yaml), input_schema()));
    for (int round = 0; round < 6; ++round) {
      std::vector<InputRow> rows = random_rows(random, 120, inputs_of(yaml));
      TaskUnderTest together(step.node(), input_schema());
      together.send(rows);
      for (size_t batch_rows : {1, 2, 7, 50}) {
        TaskUnderTest split(step.node(), input_schema());
        split.batch_rows = batch_rows;
        split.slice_rows = 1 + batch_rows % 3;
        split.resumes = batch_rows % 2 == 0;
        split.send(rows);
        CHECK(split.output().rows() == together.output().rows());
        CHECK(split.output().dead_letters() == together.output().dead_letters());
        CHECK(split.op().counts == together.op().counts);
        CHECK(split.state_bytes() == together.state_bytes());
      }
      const StepCounts& counts = together.op().counts;
      CHECK(counts.rows_in == counts.passed + counts.filtered + counts.absorbed + counts.dead_letters);
    }
  }
}

TEST_CASE("steps with state: after a rollback the same rows give the same results and state") {
  std::mt19937 random(11);
  for (const char* yaml : kSteps) {
    INFO(yaml);
    StepUnderTest step(yaml, std::vector<Schema>(inputs_of(yaml), input_schema()));
    std::vector<InputRow> rows = random_rows(random, 150, inputs_of(yaml));
    std::vector<InputRow> begin(rows.begin(), rows.begin() + 70);
    std::vector<InputRow> end(rows.begin() + 70, rows.end());
    TaskUnderTest straight(step.node(), input_schema());
    straight.send(rows);

    TaskUnderTest task(step.node(), input_schema());
    task.send(begin);
    task.commit();
    std::string committed = task.state_bytes();
    task.send(end);
    task.advance(EventTime::max());
    task.rollback();
    CHECK(task.state_bytes() == committed);
    task.send(end);
    CHECK(task.output().rows() == straight.output().rows());
    CHECK(task.output().dead_letters() == straight.output().dead_letters());
    CHECK(task.op().counts == straight.op().counts);
    CHECK(task.state_bytes() == straight.state_bytes());
  }
}

}  // namespace
}  // namespace pactolus
