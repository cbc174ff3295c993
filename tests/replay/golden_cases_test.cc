#include <catch2/catch.hpp>

#include "replay/golden_cases.h"

namespace pactolus {
namespace {

using namespace golden;

const std::vector<Case>& cases() {
  static const std::vector<Case> all = load_cases();
  return all;
}

Seen results_of(const Case& topology, const InlineTest& test, VirtualRunOptions options,
                uint64_t* deaths = nullptr) {
  auto seen = golden::results_of(*topology.plan, test, options, nullptr, deaths);
  if (!seen.ok()) FAIL(seen.error().message);
  return std::move(seen).value();
}

std::string text_of(const std::optional<Cell>& cell) { return cell ? cell->shown : "-"; }

void show(const TableComparison& table) {
  for (const RowPair& pair : table.pairs) {
    std::string line = table.name + (pair.agrees() ? " =" : " !");
    for (size_t column = 0; pair.expected && column < table.columns.size(); ++column) {
      auto cell = table.expected[*pair.expected].find(column);
      if (cell != table.expected[*pair.expected].end()) line += " " + cell->second.shown;
    }
    line += " |";
    for (size_t column = 0; pair.arrived && column < table.columns.size(); ++column) {
      line += " " + text_of(table.arrived[*pair.arrived][column]);
    }
    UNSCOPED_INFO(line);
  }
}

/// Calls `check` for every test of every case for which `applies` holds, each as a section of its own name.
template <class Applies, class Check>
void for_each_test(Applies applies, Check check) {
  for (const Case& topology : cases()) {
    for (const InlineTest& test : topology.tests) {
      if (!applies(topology, test)) continue;
      INFO(topology.file << ": " << test.name.text);
      check(topology, test);
    }
  }
}

bool any(const Case&, const InlineTest&) { return true; }

TEST_CASE("golden cases: every case gives what it expects") {
  REQUIRE(cases().size() >= 12);
  for_each_test(any, [](const Case& topology, const InlineTest& test) {
    TestOutcome outcome = run_inline_test(*topology.plan, test);
    if (outcome.error) UNSCOPED_INFO(outcome.error->message);
    for (const TableComparison& table : outcome.tables) show(table);
    for (const DeadLetter& letter : outcome.unnamed) UNSCOPED_INFO(letter.step << ": " << letter.message);
    CHECK(outcome.passed());
  });
}

TEST_CASE("golden cases: one row at a time gives the same, byte for byte") {
  for_each_test(any, [](const Case& topology, const InlineTest& test) {
    Seen whole = results_of(topology, test, {});
    CHECK(results_of(topology, test, {.fetch_records = 1}) == whole);
    CHECK(results_of(topology, test, {.fetch_records = 1, .commits = VirtualCommits::kEveryTurn}) == whole);
    CHECK(results_of(topology, test, {.fetch_records = 2, .commits = VirtualCommits::kEveryTurn}) == whole);
  });
}

TEST_CASE("golden cases: two workers give the same as one, byte for byte") {
  for_each_test(any, [](const Case& topology, const InlineTest& test) {
    Seen alone = results_of(topology, test, {});
    CHECK(results_of(topology, test, {.workers = 2}) == alone);
    CHECK(results_of(topology, test, {.workers = 2, .fetch_records = 1}) == alone);
  });
}

TEST_CASE("golden cases: killed and restored at random between commits gives the same, byte for byte") {
  auto applies = [](const Case&, const InlineTest& test) { return !waits_for_the_clock(test); };
  uint64_t deaths = 0;
  for_each_test(applies, [&](const Case& topology, const InlineTest& test) {
    Seen undisturbed = results_of(topology, test, {});
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      INFO("seed " << seed);
      VirtualRunOptions options{.workers = seed % 2 == 0 ? 2 : 1,
                                .fetch_records = seed % 3 == 0 ? kBatchRowsMax : seed % 3,
                                .commits = VirtualCommits::kAtRandom,
                                .kills_at_random = true,
                                .produces_at_once = seed % 2 == 1,
                                .seed = seed};
      CHECK(results_of(topology, test, options, &deaths) == undisturbed);
    }
  });
  CHECK(deaths > 100);
}

TEST_CASE("golden cases: three partitions give the same rows as one") {
  auto applies = [](const Case& topology, const InlineTest&) { return !topology.one_partition; };
  for_each_test(applies, [](const Case& topology, const InlineTest& test) {
    const auto what_counts = [&](const Seen& seen) {
      return topology.compares_what_remains ? what_remains(*topology.plan, seen) : without_order(seen);
    };
    auto one = what_counts(results_of(topology, test, {}));
    for (int workers : {1, 2}) {
      INFO(workers << " workers");
      CHECK(what_counts(results_of(topology, test, {.partitions = 3, .workers = workers})) == one);
      CHECK(what_counts(results_of(topology, test,
                                   {.partitions = 3,
                                    .workers = workers,
                                    .fetch_records = 1,
                                    .commits = VirtualCommits::kAtRandom,
                                    .kills_at_random = true,
                                    .seed = 7})) == one);
    }
  });
}

}  // namespace
}  // namespace pactolus
