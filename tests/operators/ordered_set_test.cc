// Ordered-set aggregates: their values are entries of the state, which may lie on disk.
#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "rows.h"
#include "state/memory_disk_tier.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text", "amount integer null", "shop text null"});
  return schema;
}

/// The fields of a result, its time left out.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::string rest = line.substr(0, line.rfind(" @"));
  for (size_t end = 0; (end = rest.find('|')) != std::string::npos; rest.erase(0, end + 1))
    fields.push_back(rest.substr(0, end));
  fields.push_back(rest);
  return fields;
}

uint64_t changed_entries(TaskUnderTest& task) {
  uint64_t changed = 0;
  for (const auto& table : task.state().tables())
    table->for_each_change([&](const StateChange&) { ++changed; });
  return changed;
}

constexpr double kFractions[] = {0, 0.1, 0.5, 0.97, 1};

std::string select_of_all() {
  std::string select;
  for (size_t i = 0; i < std::size(kFractions); ++i) {
    const std::string n = std::to_string(i);
    const std::string fraction = std::to_string(kFractions[i]);
    select += "    disc" + n + ": percentile_disc(" + fraction + ") WITHIN GROUP (ORDER BY shop)\n";
    select += "    down" + n + ": percentile_disc(" + fraction + ") WITHIN GROUP (ORDER BY amount DESC)\n";
    select += "    cont" + n + ": percentile_cont(" + fraction + ") WITHIN GROUP (ORDER BY amount)\n";
  }
  return select +
         "    usual: mode() WITHIN GROUP (ORDER BY shop)\n"
         "    last_usual: mode() WITHIN GROUP (ORDER BY amount DESC)\n";
}

/// What PostgreSQL's definitions say of a group's values, all of them sorted each time.
struct Expected {
  std::vector<std::string> shops;
  std::vector<int> amounts;

  void add(const InputRow& row) {
    if (row.values[1]) amounts.push_back(std::stoi(*row.values[1]));
    if (row.values[2]) shops.push_back(*row.values[2]);
    std::ranges::sort(shops);
    std::ranges::sort(amounts, std::greater<>());
  }

  template <class T>
  static std::optional<T> disc(const std::vector<T>& sorted, double fraction) {
    if (sorted.empty()) return std::nullopt;
    auto place = static_cast<size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
    return sorted[std::max<size_t>(place, 1) - 1];
  }
  static std::optional<double> cont(std::vector<int> sorted, double fraction) {
    if (sorted.empty()) return std::nullopt;
    std::ranges::sort(sorted);
    const double place = fraction * static_cast<double>(sorted.size() - 1);
    const double below = sorted[static_cast<size_t>(std::floor(place))];
    const double above = sorted[static_cast<size_t>(std::ceil(place))];
    return below + (place - std::floor(place)) * (above - below);
  }
  template <class T>
  static std::optional<T> mode(const std::vector<T>& sorted) {
    std::optional<T> best;
    long most = 0;
    for (const T& value : sorted) {
      const long rows = std::ranges::count(sorted, value);
      if (rows > most) best = value;
      most = std::max(most, rows);
    }
    return best;
  }

  static void check(const std::string& got, const std::optional<std::string>& wanted) {
    CHECK(got == wanted.value_or("NULL"));
  }
  static void check(const std::string& got, const std::optional<int>& wanted) {
    CHECK(got == (wanted ? std::to_string(*wanted) : "NULL"));
  }
  static void check(const std::string& got, const std::optional<double>& wanted) {
    REQUIRE((got == "NULL") == !wanted.has_value());
    if (wanted) CHECK(std::stod(got) == Approx(*wanted).epsilon(1e-12));
  }

  void compare(const std::string& line) const {
    INFO(line);
    const std::vector<std::string> got = fields_of(line);
    REQUIRE(got.size() == 1 + 3 * std::size(kFractions) + 2);
    size_t field = 1;
    for (double fraction : kFractions) {
      check(got[field++], disc(shops, fraction));
      check(got[field++], disc(amounts, fraction));
      check(got[field++], cont(amounts, fraction));
    }
    check(got[field++], mode(shops));
    check(got[field++], mode(amounts));
  }
};

std::vector<InputRow> random_rows(std::mt19937& random, size_t count, int amounts) {
  std::vector<InputRow> rows;
  for (size_t i = 0; i < count; ++i) {
    InputRow row{1, 1, {}};
    row.values = {std::string(1, static_cast<char>('a' + random() % 2)),
                  std::to_string(static_cast<int>(random() % amounts) - amounts / 2),
                  std::string(random() % 3, 'x') + std::to_string(random() % 7)};
    if (random() % 8 == 0) row.values[1] = std::nullopt;
    if (random() % 8 == 0) row.values[2] = std::nullopt;
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Sends random rows in batches, some of which are undone, and compares the result after each row. `between`
/// is called after each commit.
template <class Between>
void compare_histories(TaskUnderTest& task, uint32_t seed, int amounts, const Between& between) {
  std::mt19937 random(seed);
  std::map<std::string, Expected> expected;
  for (int batch = 0; batch < 12; ++batch) {
    const std::vector<InputRow> rows = random_rows(random, 1 + random() % 30, amounts);
    if (random() % 3 == 0) {
      task.send(random_rows(random, 1 + random() % 30, amounts));
      task.rollback();
    }
    for (const InputRow& row : rows) {
      Expected& group = expected[*row.values[0]];
      const Expected before = group;
      group.add(row);
      const size_t changes = task.output().rows().size();
      task.send({row});
      // A row that changed no result gave no change: then the last one still stands.
      if (task.output().rows().size() > changes) {
        group.compare(task.output().rows().back());
      } else {
        CHECK(Expected::mode(before.shops) == Expected::mode(group.shops));
        CHECK(Expected::disc(before.shops, 0.5) == Expected::disc(group.shops, 0.5));
        CHECK(Expected::cont(before.amounts, 0.1) == Expected::cont(group.amounts, 0.1));
      }
    }
    task.commit();
    between(random);
  }
}

StepUnderTest step_of_all() {
  return StepUnderTest("aggregate:\n  by: card\n  select:\n" + select_of_all(), {input_schema()});
}

TEST_CASE("ordered sets: after every row the results are those of all values sorted") {
  StepUnderTest step = step_of_all();
  REQUIRE(step.findings() == "");
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    TaskUnderTest task(step.node(), input_schema());
    compare_histories(task, seed, seed % 2 == 0 ? 5 : 400, [](std::mt19937&) {});
  }
}

TEST_CASE("ordered sets: values that lie on disk count as those in memory do") {
  StepUnderTest step = step_of_all();
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    auto disk = std::make_shared<MemoryDisk>();
    TaskUnderTest task(step.node(), input_schema());
    task.state().attach(make_memory_disk_tier(disk),
                        std::vector<StateTable::StoredWindows>(task.state().tables().size()));
    compare_histories(task, seed, seed % 2 == 0 ? 5 : 400, [&](std::mt19937& random) {
      if (random() % 2 == 0) return;
      REQUIRE(task.state().checkpoint("mark").ok());
      task.state().evict(0);
    });
    CHECK_FALSE(task.state().failure());
    CHECK(disk->found > 0);
  }
}

TEST_CASE("ordered sets: a commit costs what it changed, however many values the group has") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  select: {median: percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  constexpr int kValues = 20'000;
  for (int first = 0; first < kValues; first += 1000) {
    std::vector<InputRow> rows;
    for (int value = first; value < first + 1000; ++value)
      rows.push_back({1, 1, {"a", std::to_string(value), "x"}});
    task.send(rows);
    task.commit();
  }
  task.send({{2, 2, {"a", "7", "x"}}});
  CHECK(changed_entries(task) == 2);  // the group's row and the value's
  CHECK_THAT(task.output().rows().back(), Catch::Contains("a|9999 "));
  task.rollback();
  task.send({{2, 2, {"a", std::nullopt, "x"}}});
  CHECK(changed_entries(task) == 1);
}

TEST_CASE("ordered sets: windows have values of their own, which go with them") {
  StepUnderTest step(
      "aggregate:\n  by: card\n  window: {tumbling: 1m}\n"
      "  select: {usual: mode() WITHIN GROUP (ORDER BY shop)}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{10, 10, {"a", "1", "x"}}, {20, 20, {"a", "1", "x"}}, {59, 59, {"a", "1", "b"}}});
  task.commit();
  task.send({{70, 70, {"a", "1", "b"}}});
  REQUIRE(task.output().rows().size() == 1);
  CHECK_THAT(task.output().rows().front(), Catch::Contains("|x @"));
  task.commit();
  CHECK(task.state().rows() == 2);  // the open window's group and its one value
}

TEST_CASE("ordered sets: of equal values the one that came first is shown") {
  const Schema schema = schema_of({"n numeric null", "iv interval null"});
  StepUnderTest step(
      "aggregate:\n  select:\n    n: mode() WITHIN GROUP (ORDER BY n)\n"
      "    iv: percentile_disc(0.5) WITHIN GROUP (ORDER BY iv)\n",
      {schema});
  TaskUnderTest task(step.node(), schema);
  task.send({{1, 1, {"1.00", "30 days"}},
             {1, 1, {"2", "1 year"}},
             {1, 1, {"1.0", "1 mon"}},
             {1, 1, {"2.0", "00:00:01"}}});
  CHECK_THAT(task.output().rows().back(), Catch::Contains("1.00|30 days"));
}

TEST_CASE("ordered sets: what a call lacks or has too much of is said at its place") {
  auto findings = [](const std::string& call) {
    return StepUnderTest("aggregate:\n  select:\n    x: |\n      " + call + "\n", {input_schema()})
        .findings();
  };
  CHECK(findings("1 + percentile_cont(0.5, amount)") ==
        "step.yaml:4:11: error[within-group-missing]: WITHIN GROUP is required for ordered-set aggregate "
        "percentile_cont\n"
        " 4 |       1 + percentile_cont(0.5, amount)\n"
        "   |           ^^^^^^^^^^^^^^^\n"
        "   = hint: write percentile_cont(0.5) WITHIN GROUP (ORDER BY …)\n");
  CHECK(
      findings("mode(amount)") ==
      "step.yaml:4:7: error[within-group-missing]: WITHIN GROUP is required for ordered-set aggregate mode\n"
      " 4 |       mode(amount)\n"
      "   |       ^^^^\n"
      "   = hint: write mode() WITHIN GROUP (ORDER BY …)\n");
  CHECK(findings("sum(amount) WITHIN GROUP (ORDER BY amount)") ==
        "step.yaml:4:7: error[within-group-not-allowed]: sum is not an ordered-set aggregate, so it cannot "
        "have "
        "WITHIN GROUP\n"
        " 4 |       sum(amount) WITHIN GROUP (ORDER BY amount)\n"
        "   |       ^^^\n");
  CHECK(
      findings("percentile_disc(1.5) WITHIN GROUP (ORDER BY amount)") ==
      "step.yaml:4:23: error[constant-error]: percentile value 1.5 is not between 0 and 1 (SQLSTATE 22003)\n"
      " 4 |       percentile_disc(1.5) WITHIN GROUP (ORDER BY amount)\n"
      "   |                       ^^^\n");
  CHECK_THAT(
      findings("percentile_cont(0.5) WITHIN GROUP (ORDER BY shop)"),
      Catch::Contains("aggregate function does not exist: percentile_cont(…) WITHIN GROUP (ORDER BY text)"));
}

}  // namespace
}  // namespace pactolus
