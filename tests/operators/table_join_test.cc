#include "rows.h"
#include "state/memory_disk_tier.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Strings = std::vector<std::string>;

const Schema& payments() {
  static const Schema schema = schema_of({"id text", "card text null", "kind integer", "amount numeric"});
  return schema;
}

const Schema& cards() {
  static const Schema schema = schema_of({"home text", "kind integer", "card text", "rate numeric null"});
  return schema;
}

StepUnderTest join_step(const std::string& more, std::optional<Duration> versions = {}) {
  const std::string join =
      "join:\n  table: rows2\n  as: c\n  match: rows.card = c.card AND c.kind = rows.kind\n";
  return StepUnderTest(join + more + "\n", {payments(), cards()}, {}, {1, 2}, versions);
}

InputRow version(int64_t time, const std::string& name, const std::string& home) {
  return {time, INT64_MIN, {home, "1", name, "1"}};
}

InputRow card(const std::string& name, const std::string& home, std::optional<std::string> rate = "1") {
  return {0, INT64_MIN, {home, "1", name, std::move(rate)}};
}

InputRow payment(int64_t time, const std::string& id, std::optional<std::string> name,
                 const std::string& amount = "1") {
  return {time, time, {id, std::move(name), "1", amount}};
}

/// Rows of the table, of which those at `deleted` are gone.
ColumnBatch table_batch(const std::vector<InputRow>& rows, const std::vector<size_t>& deleted = {}) {
  ColumnBatch batch = make_batch(cards(), rows);
  auto system = std::make_shared<SystemColumns>(*batch.system);
  system->change.assign(rows.size(), Change::kInsert);
  for (size_t row : deleted) system->change[row] = Change::kRetract;
  batch.system = std::move(system);
  return batch;
}

/// The operator alone, with its state.
struct Join {
  explicit Join(const StepUnderTest& step) : op(step.node().instantiate(state)) {}
  void table(const std::vector<InputRow>& rows, const std::vector<size_t>& deleted = {}) {
    op->process(table_batch(rows, deleted), 1, output);
  }
  void stream(const std::vector<InputRow>& rows) { op->process(make_batch(payments(), rows), 0, output); }

  StateStore state;
  std::unique_ptr<Operator> op;
  RecordedOutput output;
};

TEST_CASE("table join: a row meets the last row of its key, however they came") {
  StepUnderTest step = join_step("  kind: left\n  add: {home: c.home, fee: c.rate * amount}");
  Join join(step);
  join.table({card("a", "NO"), card("b", "SE"), card("a", "DK", "0.5"), card("b", ""), card("c", "FI"),
              card("c", ""), card("c", "IS", std::nullopt)},
             {3, 5});
  join.stream(
      {payment(3, "p", "a", "3"), payment(2, "q", "b"), payment(1, "r", "c"), payment(4, "s", std::nullopt)});
  CHECK(join.output.rows() == Strings{"+ p|a|1|3|DK|1.5 @3 w3", "+ q|b|1|1|NULL|NULL @2 w2",
                                      "+ r|c|1|1|IS|NULL @1 w1", "+ s|NULL|1|1|NULL|NULL @4 w4"});
  CHECK(join.op->counts.rows_in == 11);
  CHECK(join.op->counts.absorbed == 7);
  CHECK(join.op->counts.passed == 4);
}

TEST_CASE("table join: rows without match are dropped or dead letters, and so is a result that fails") {
  StepUnderTest inner = join_step("  select: {id: id, share: amount / c.rate}");
  Join dropping(inner);
  dropping.table({card("a", "NO", "0"), card("b", "NO", "2")});
  dropping.stream({payment(1, "p", "a"), payment(2, "q", "b"), payment(3, "r", "z")});
  CHECK(dropping.output.rows() == Strings{"+ q|0.50000000000000000000 @2 w2"});
  CHECK(dropping.output.dead_letters() == Strings{"22012: division by zero {p|a|1|1}"});
  CHECK(dropping.op->counts.filtered == 1);
  StepUnderTest strict = join_step("  unmatched: dead_letter\n  add: {home: c.home}");
  Join refusing(strict);
  refusing.stream({payment(1, "p", "a")});
  CHECK(refusing.output.dead_letters() == Strings{"unmatched: `rows2` has no row that matches {p|a|1|1}"});
  CHECK(refusing.op->counts.dead_letters == 1);
}

TEST_CASE("table join: what was not committed is undone") {
  StepUnderTest step = join_step("  add: {home: c.home}");
  Join join(step);
  join.table({card("a", "NO"), card("b", "SE")});
  join.state.commit();
  join.table({card("a", "DK"), card("b", ""), card("c", "FI")}, {1});
  join.state.rollback();
  join.stream({payment(1, "p", "a"), payment(2, "q", "b"), payment(3, "r", "c")});
  CHECK(join.output.rows() == Strings{"+ p|a|1|1|NO @1 w1", "+ q|b|1|1|SE @2 w2"});
}

TEST_CASE("table join: a row that is too large for the state is a dead letter, and the one before it stays") {
  StepUnderTest step = join_step("  add: {length: length(c.home)}");
  Join join(step);
  join.table({card("a", "NO"), card("a", std::string(300 * 1024, 'x')), card("b", "SE")});
  REQUIRE(join.output.dead_letters().size() == 1);
  CHECK(join.output.dead_letters()[0].starts_with("state_too_large: a row of `rows2` has more than 256 KiB"));
  join.stream({payment(1, "p", "a")});
  CHECK(join.output.rows() == Strings{"+ p|a|1|1|2 @1 w1"});
}

TEST_CASE("table join: only the columns in use are kept and repartitioned") {
  StepUnderTest step = join_step("  select: {id: id, home: c.home}");
  CHECK(step.node().columns_used(0) == std::vector<size_t>{2, 1, 0});
  CHECK(step.node().columns_used(1) == std::vector<size_t>{1, 2, 0});
  CHECK(step.node().co_located_by(0) == std::vector<size_t>{2, 1});  // in the order of the primary key
  CHECK(step.node().co_located_by(1) == std::vector<size_t>{1, 2});
}

TEST_CASE("table join: a row meets the version of its time, and older ones are forgotten but for one") {
  StepUnderTest step = join_step("  kind: left\n  select: {id: id, home: c.home}", std::chrono::seconds{10});
  Join join(step);
  join.table({version(30, "a", "30"), version(10, "a", "10"), version(20, "a", "wrong"),
              version(20, "a", "20"), version(25, "a", "")},
             {4});
  join.stream({payment(30, "p", "a"), payment(29, "q", "a"), payment(24, "r", "a"), payment(20, "s", "a"),
               payment(19, "t", "a"), payment(9, "u", "a")});
  CHECK(join.output.rows() == Strings{"+ p|30 @30 w30", "+ q|NULL @29 w29", "+ r|20 @24 w24",
                                      "+ s|20 @20 w20", "+ t|10 @19 w19", "+ u|NULL @9 w9"});
  CHECK(join.state.tables()[0]->rows() == 4);
  join.op->set_watermark(at_second(40));  // rows from 30 on are on time
  join.table({version(50, "a", "50"), version(5, "a", "5")});
  CHECK(join.state.tables()[0]->rows() == 2);
  join.stream({{30, 40, {"v", "a", "1", "1"}}, {29, 40, {"w", "a", "1", "1"}}});
  CHECK(join.output.rows().back() == "+ v|30 @30 w40");
  REQUIRE(join.output.dead_letters().size() == 1);
  CHECK(join.output.dead_letters()[0].starts_with(
      "late: what `rows2` was at its time is not known any more: the "
      "watermark of the row's partition was 1970-01-01T00:00:40Z, 1s"));
}

TEST_CASE("table join: a table on disk gives the same as one in memory") {
  const auto versions = GENERATE(std::optional<Duration>{}, std::optional<Duration>{std::chrono::seconds{5}});
  StepUnderTest step = join_step("  kind: left\n  add: {home: c.home, fee: c.rate * amount}", versions);
  Join in_memory(step);
  Join on_disk(step);
  auto disk = std::make_shared<MemoryDisk>();
  on_disk.state.attach(make_memory_disk_tier(disk),
                       std::vector<StateTable::StoredWindows>(on_disk.state.tables().size()));
  std::mt19937 random(7);
  for (int now = 0; now < 200; ++now) {
    std::vector<InputRow> changes;
    std::vector<size_t> deleted;
    std::vector<InputRow> events;
    for (int i = 0; i < 5; ++i) {
      if (random() % 4 == 0) deleted.push_back(changes.size());
      changes.push_back(card("card " + std::to_string(random() % 50), "home " + std::to_string(now)));
      changes.back().time = now - static_cast<int>(random() % 8);
      events.push_back(payment(now, std::to_string(i), "card " + std::to_string(random() % 50)));
    }
    for (Join* join : {&in_memory, &on_disk}) {
      join->table(changes, deleted);
      join->stream(events);
      join->op->set_watermark(at_second(now));
      join->state.commit();
    }
    if (random() % 2 == 0) continue;
    REQUIRE(on_disk.state.checkpoint("mark").ok());
    on_disk.state.evict(0);
  }
  CHECK_FALSE(on_disk.state.failure());
  CHECK(disk->found > 0);
  CHECK(on_disk.output.rows() == in_memory.output.rows());
}

}  // namespace
}  // namespace pactolus
