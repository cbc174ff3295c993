#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "replay/test_outcome.h"
#include "topology/load.h"

namespace pactolus {
namespace {

/// A topology of tests/replay/cases.
struct Case {
  std::string file;
  std::unique_ptr<const Plan> plan;
  std::vector<InlineTest> tests;
  /// The file begins with "# partitions: 1": its results depend on which rows share a partition.
  bool one_partition = false;
};

Case load_case(const std::string& file) {
  INFO(file);
  Diagnostics diagnostics;
  auto document = Document::load(file, diagnostics);
  REQUIRE(document);
  Case loaded{file, load_topology(*document, {}, diagnostics), {}, false};
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    UNSCOPED_INFO(render(diagnostic, document->text()));
  REQUIRE(diagnostics.size() == 0);
  loaded.tests = read_inline_tests(document->root(), diagnostics);
  loaded.one_partition = document->text().starts_with("# partitions: 1");
  return loaded;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator("tests/replay/cases")) {
      files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    std::vector<Case> loaded;
    for (const std::string& file : files) loaded.push_back(load_case(file));
    return loaded;
  }();
  return all;
}

/// A record as a reader sees it; offsets are left out: transactions' markers take some up.
struct SeenRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  ProcessingTime timestamp;
  std::vector<OwnedHeader> headers;
  bool operator==(const SeenRecord&) const = default;
};

using Seen = std::map<std::string, std::vector<SeenRecord>>;  // by topic

Seen all_results(const Plan& plan, const VirtualRun& run) {
  std::set<std::string> topics = {plan.dead_letter_topic};
  for (const auto& sink : plan.sinks) topics.insert(sink->topic);
  Seen seen;
  for (const std::string& topic : topics) {
    auto records = run.read(topic);
    REQUIRE(records.ok());
    for (const OwnedRecord& record : *records) {
      seen[topic].push_back({record.key, record.value, record.timestamp, record.headers});
    }
  }
  return seen;
}

/// `deaths`, if asked for: how many workers were killed on the way.
Seen results_of(const Case& topology, const InlineTest& test, VirtualRunOptions options,
                uint64_t* deaths = nullptr) {
  options.start = kTestStart;
  auto run = VirtualRun::make(*topology.plan, options);
  REQUIRE(run.ok());
  auto played = play(*topology.plan, test, **run);
  if (!played.ok()) FAIL(played.error().message);
  if (deaths != nullptr) *deaths += (*run)->lives() - static_cast<uint64_t>(options.workers);
  return all_results(*topology.plan, **run);
}

/// What must be the same when rows lie in other partitions: keys and values, in any order.
std::map<std::string, std::multiset<std::string>> without_order(const Seen& seen) {
  std::map<std::string, std::multiset<std::string>> sets;
  for (const auto& [topic, records] : seen) {
    for (const SeenRecord& record : records) {
      sets[topic].insert(record.key.value_or("no key") + " = " + record.value.value_or("no value"));
    }
  }
  return sets;
}

/// An idle decision falls with the clock, which a killed worker begins to watch anew: that is no part of the
/// agreement.
bool waits_for_the_clock(const InlineTest& test) {
  return std::ranges::any_of(test.send,
                             [](const TestAction& a) { return std::holds_alternative<AdvanceClock>(a); });
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
                                .seed = seed};
      CHECK(results_of(topology, test, options, &deaths) == undisturbed);
    }
  });
  CHECK(deaths > 100);
}

TEST_CASE("golden cases: three partitions give the same rows as one") {
  auto applies = [](const Case& topology, const InlineTest&) { return !topology.one_partition; };
  for_each_test(applies, [](const Case& topology, const InlineTest& test) {
    auto one = without_order(results_of(topology, test, {}));
    for (int workers : {1, 2}) {
      INFO(workers << " workers");
      CHECK(without_order(results_of(topology, test, {.partitions = 3, .workers = workers})) == one);
      CHECK(without_order(results_of(topology, test,
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
