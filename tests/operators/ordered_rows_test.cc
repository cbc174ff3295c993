// Aggregates with ORDER BY: their rows are entries of the state, which may lie on disk.
#include <algorithm>
#include <map>
#include <random>

#include "rows.h"
#include "state/memory_disk_tier.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text", "amount integer null", "shop text null"});
  return schema;
}

/// The result at the end of a line, its time left out.
std::string last_of(const std::string& line) {
  const std::string fields = line.substr(0, line.rfind(" @"));
  return fields.substr(fields.rfind('|') + 1);
}

uint64_t changed_entries(TaskUnderTest& task) {
  uint64_t changed = 0;
  for (const auto& table : task.state().tables())
    table->for_each_change([&](const StateChange&) { ++changed; });
  return changed;
}

/// The rows of each card that have come, and what string_agg makes of them in the order of their amounts, the
/// largest first, NULLs behind them.
class Expected {
 public:
  std::string add(const InputRow& row) {
    std::vector<InputRow>& rows = cards_[*row.values[0]];
    rows.push_back(row);
    std::vector<InputRow> ordered = rows;
    std::ranges::stable_sort(ordered, [](const InputRow& a, const InputRow& b) {
      if (!a.values[1] || !b.values[1]) return a.values[1].has_value() && !b.values[1];
      return std::stoi(*a.values[1]) > std::stoi(*b.values[1]);
    });
    std::string joined;
    for (const InputRow& each : ordered) {
      if (each.values[2]) joined += (joined.empty() ? "" : ",") + *each.values[2];
    }
    return joined.empty() ? "NULL" : joined;
  }

 private:
  std::map<std::string, std::vector<InputRow>> cards_;
};

constexpr const char* kJoined =
    "aggregate:\n  by: card\n  select:\n    n: count(*)\n"
    "    joined: string_agg(shop, ',' ORDER BY amount DESC NULLS LAST)\n";

InputRow random_row(std::mt19937& random) {
  InputRow row{
      1, 1, {std::string(1, static_cast<char>('a' + random() % 3)), std::to_string(random() % 5), {}}};
  if (random() % 6 == 0) row.values[1] = std::nullopt;
  if (random() % 6 != 0) row.values[2] = "s" + std::to_string(random() % 100);
  return row;
}

/// Sends rows in batches, some of which are undone first; `between` comes behind each commit.
template <class Between>
void compare_histories(TaskUnderTest& task, uint32_t seed, const Between& between) {
  std::mt19937 random(seed);
  Expected expected;
  Lines wanted;
  for (int batch = 0; batch < 25; ++batch) {
    std::vector<InputRow> rows;
    for (size_t i = 0; i < 1 + random() % 7; ++i) rows.push_back(random_row(random));
    if (random() % 3 == 0) {
      task.send(rows);
      task.rollback();
    }
    task.send(rows);
    task.commit();
    between(random);
    for (const InputRow& row : rows) wanted.push_back(expected.add(row));
  }
  Lines got;
  for (const std::string& line : task.output().rows()) got.push_back(last_of(line));
  CHECK(got == wanted);
}

TEST_CASE(
    "ORDER BY in an aggregate: each change shows the rows until then, those that are equal as they came") {
  StepUnderTest step(kJoined, {input_schema()});
  for (uint32_t seed = 0; seed < 10; ++seed) {
    INFO("seed " << seed);
    TaskUnderTest task(step.node(), input_schema());
    task.batch_rows = seed % 2 == 0 ? 4096 : 2;
    compare_histories(task, seed, [](std::mt19937&) {});
  }
}

TEST_CASE("ORDER BY in an aggregate: rows may lie on disk") {
  StepUnderTest step(kJoined, {input_schema()});
  for (uint32_t seed = 0; seed < 10; ++seed) {
    INFO("seed " << seed);
    auto disk = std::make_shared<MemoryDisk>();
    TaskUnderTest task(step.node(), input_schema());
    task.state().attach(make_memory_disk_tier(disk),
                        std::vector<StateTable::StoredWindows>(task.state().tables().size()));
    compare_histories(task, seed, [&](std::mt19937& random) {
      if (random() % 2 == 0) return;
      REQUIRE(task.state().checkpoint("mark").ok());
      task.state().evict(0);
    });
    CHECK_FALSE(task.state().failure());
    CHECK(disk->found > 0);
  }
}

TEST_CASE("ORDER BY in an aggregate: a row changes two entries, however many there are") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 1m}\n"
      "  select: {joined: \"string_agg(shop, ',' ORDER BY amount)\"}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  std::vector<InputRow> rows;
  for (int i = 0; i < 2000; ++i) rows.push_back({1, 1, {"a", std::to_string(i * 7 % 2000), "x"}});
  task.send(rows);
  task.commit();
  task.send({{2, 2, {"a", "5", "y"}}});
  CHECK(changed_entries(task) == 2);  // the group's row, and the row
}

TEST_CASE("ORDER BY in an aggregate: windows have rows of their own, which go with them") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 1m}\n"
      "  select: {joined: \"string_agg(shop, ',' ORDER BY amount)\"}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{10, 10, {"a", "3", "x"}}, {20, 20, {"a", "1", "y"}}, {59, 59, {"a", "2", "b"}}});
  task.commit();
  task.send({{70, 70, {"a", "1", "z"}}});
  REQUIRE(task.output().rows().size() == 1);
  CHECK(last_of(task.output().rows().front()) == "y,b,x");
  task.commit();
  CHECK(task.state().rows() == 2);  // the open window's group and its one row
}

TEST_CASE("ORDER BY in an aggregate: where it makes no difference no rows are kept, but its errors count") {
  StepUnderTest step("aggregate:\n  by: card\n  select: {total: sum(amount ORDER BY 1 / amount)}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "3", "x"}}, {2, 2, {"a", "0", "x"}}, {3, 3, {"a", "4", "x"}}});
  CHECK(last_of(task.output().rows().back()) == "7");
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("22012"));
  CHECK(task.state().tables().size() == 1);
}

TEST_CASE("ORDER BY in an aggregate: a text to order by that no entry can hold refuses its row") {
  StepUnderTest step("aggregate:\n  by: card\n  select: {joined: \"string_agg(card, ',' ORDER BY shop)\"}\n",
                     {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 1, {"a", "3", std::string(100'000, 'x')}}, {2, 2, {"a", "0", std::string(50'000, 'y')}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large"));
  CHECK(last_of(task.output().rows().back()) == "a");
}

std::string findings(const std::string& call) {
  return StepUnderTest("aggregate:\n  select:\n    x: |\n      " + call + "\n", {input_schema()}).findings();
}

TEST_CASE("ORDER BY in an aggregate: what it can't be is said at its place") {
  CHECK(findings("count(DISTINCT amount ORDER BY shop)") ==
        "step.yaml:4:38: error[distinct-order]: in an aggregate with DISTINCT, ORDER BY expressions must "
        "appear "
        "in argument list (SQLSTATE 42P10)\n"
        " 4 |       count(DISTINCT amount ORDER BY shop)\n"
        "   |                                      ^^^^\n"
        "   = hint: write it as it stands among the arguments\n");
  CHECK_THAT(findings("string_agg(shop, ',' ORDER BY amount USING <)"),
             Catch::Contains("error[not-supported]: ORDER BY … USING is not supported"));
  CHECK_THAT(
      findings("string_agg(shop, ',' ORDER BY ARRAY[amount])"),
      Catch::Contains("error[not-supported]: ORDER BY integer[] is not supported in an aggregate call"));
  CHECK_THAT(findings("string_agg(shop, ',' ORDER BY amont)"), Catch::Contains("amount"));
  CHECK(findings("string_agg(DISTINCT shop, ',' ORDER BY ( Shop ) DESC)").empty());
}

}  // namespace
}  // namespace pactolus
