#include <catch2/catch.hpp>

#include "replay/test_outcome.h"
#include "state/decision_record.h"
#include "topology/load.h"

namespace pactolus {
namespace {

constexpr std::string_view kTwoInputs = R"(
topology: merged
sources:
  west: {topic: west, key: id, time: {field: at, idle: 30s}, fields: {id: text, at: timestamptz}}
  east: {topic: east, key: id, time: {field: at, idle: 30s}, fields: {id: text, at: timestamptz}}
steps:
  together: {union: [west, east]}
sinks:
  out: {from: together, topic: out, key: id}
tests:
  - name: sends
    send: ACTIONS
    expect: {}
)";

constexpr std::string_view kOneInput = R"(
topology: alone
sources:
  west: {topic: west, key: id, time: {field: at}, fields: {id: text, at: timestamptz}}
sinks:
  out: {from: west, topic: out, key: id}
tests:
  - name: sends
    send: ACTIONS
    expect: {}
)";

struct Played {
  std::unique_ptr<const Plan> plan;
  std::unique_ptr<VirtualRun> run;

  std::vector<DecisionRecord> decisions() const {
    std::vector<DecisionRecord> records;
    auto read = run->read(plan->decisions_topic());
    REQUIRE(read.ok());
    for (const OwnedRecord& record : *read) {
      auto decoded = decode_decisions(record.value.value());
      REQUIRE(decoded);
      CHECK(record.key == to_string(decoded->task));
      records.push_back(std::move(*decoded));
    }
    return records;
  }
};

Played play_actions(std::string_view topology, std::string_view actions, VirtualRunOptions options = {}) {
  std::string text(topology);
  text.replace(text.find("ACTIONS"), std::string_view("ACTIONS").size(), actions);
  Diagnostics diagnostics;
  auto document = Document::parse("merged.yaml", text, diagnostics);
  REQUIRE(document);
  Played played{load_topology(*document, {}, diagnostics), nullptr};
  std::vector<InlineTest> tests = read_inline_tests(document->root(), diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    UNSCOPED_INFO(render(diagnostic, document->text()));
  REQUIRE(diagnostics.size() == 0);
  options.start = kTestStart;
  auto run = VirtualRun::make(*played.plan, options);
  REQUIRE(run.ok());
  played.run = std::move(*run);
  REQUIRE(play(*played.plan, tests.front(), *played.run).ok());
  return played;
}

TEST_CASE("decisions: going on without rows of an input is recorded, with the order of all work around it") {
  Played played = play_actions(kTwoInputs, R"([
      {west: {id: l1, at: 2026-01-01T00:00:01Z}}, {west: {id: l3, at: 2026-01-01T00:00:03Z}},
      {east: {id: r2, at: 2026-01-01T00:00:02Z}}, {east: {id: r9, at: 2026-01-01T00:00:09Z}}])");
  std::vector<DecisionRecord> decisions = played.decisions();
  REQUIRE(decisions.size() == 1);
  CHECK(decisions[0].task == TaskId{"east", Partition{0}});
  CHECK(decisions[0].sequence == 1);
  CHECK(decisions[0].inputs == std::vector<std::string>{"west", "east"});
  CHECK(decisions[0].decisions == std::vector<Decision>{{0, 1}, {1, 1}, {0, 1}, {1, 1}});
}

TEST_CASE("decisions: declaring an input idle is recorded where it happened") {
  Played played = play_actions(kTwoInputs, R"([
      {west: {id: l1, at: 2026-01-01T00:00:01Z}}, {advance: 31s}, {west: {id: l2, at: 2026-01-01T00:00:02Z}}])");
  std::vector<Decision> all;
  for (const DecisionRecord& record : played.decisions()) {
    all.insert(all.end(), record.decisions.begin(), record.decisions.end());
  }
  CHECK(all == std::vector<Decision>{{0, 1}, {0, 0}, {1, 0}, {0, 1}});
}

TEST_CASE("decisions: one record for each transaction that made one, numbered as its epoch") {
  Played played = play_actions(kTwoInputs, R"([
      {west: {id: l1, at: 2026-01-01T00:00:01Z}}, {west: {id: l2, at: 2026-01-01T00:00:02Z}}])",
                               {.fetch_records = 1, .commits = VirtualCommits::kEveryTurn});
  std::vector<DecisionRecord> decisions = played.decisions();
  REQUIRE(decisions.size() == 2);
  CHECK(decisions[0].sequence == 1);
  CHECK(decisions[0].decisions == std::vector<Decision>{{0, 1}});
  CHECK(decisions[1].sequence == 2);
  CHECK(decisions[1].decisions == std::vector<Decision>{{0, 1}});
}

TEST_CASE("decisions: a topology without a choice has no topic for them") {
  Played played = play_actions(kOneInput, "[{west: {id: l1, at: 2026-01-01T00:00:01Z}}]");
  CHECK_FALSE(played.plan->makes_decisions());
  CHECK(played.run->read("out").value().size() == 1);
  Played two = play_actions(kTwoInputs, "[]");
  CHECK(two.plan->makes_decisions());
  CHECK(two.decisions().empty());
}

TEST_CASE("decisions: malformed records are refused, not read past their end") {
  std::string value = encode_decisions({{"west", Partition{3}}, 17, {"west", "east"}, {{1, 300}, {0, 0}}});
  auto decoded = decode_decisions(value);
  REQUIRE(decoded);
  CHECK(encode_decisions(*decoded) == value);
  for (size_t size = 0; size < value.size(); ++size) {
    INFO(size);
    CHECK_FALSE(decode_decisions(std::string_view(value).substr(0, size)));
  }
  CHECK_FALSE(decode_decisions(value + "x"));
  value[0] = 2;
  CHECK_FALSE(decode_decisions(value));
}

}  // namespace
}  // namespace pactolus
