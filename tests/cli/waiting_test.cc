#include "cli/waiting.h"

#include <catch2/catch.hpp>

#include "topology/loaded.h"

namespace pactolus {
namespace {

constexpr const char* kTopology = R"(topology: monitor
sources:
  trades:
    topic: trades
    key: symbol
    time: {field: at, disorder: 2s}
    fields: {symbol: text, venue: text, at: timestamptz}
  quotes:
    topic: quotes
    key: symbol
    time: {field: at}
    fields: {symbol: text, venue: text, at: timestamptz}
steps:
  all_ticks: {union: [trades, quotes]}
  per_minute:
    from: all_ticks
    aggregate:
      by: symbol
      window: {tumbling: 1m}
      grace: 10s
      select: {n: count(*)}
  per_venue:
    from: all_ticks
    aggregate:
      by: venue
      window: {tumbling: 1m}
      select: {n: count(*)}
sinks:
  minutes: {from: per_minute, topic: minutes, key: symbol}
  venues: {from: per_venue, topic: venues, key: venue}
)";

EventTime second(int64_t seconds) { return EventTime{seconds * 1'000'000}; }

/// What a task tells that has committed once: a row of the step's state in each of the windows with these
/// ends.
ChangelogFold fold_of(const StepPlan& step, const std::vector<EventTime>& window_ends,
                      const EpochRecord& epoch) {
  StateStore store;
  const auto op = step.node->instantiate(store);
  StateTable& table = *store.tables().front();
  for (EventTime end : window_ends) {
    const std::string_view key = "A";
    std::byte* row = nullptr;
    table.window(end).touch({&key, 1}, {&row, 1});
  }
  BlockWriter blocks;
  table.for_each_change([&](const StateChange& change) { blocks.add(table.layout(), change); });
  ChangelogFold fold;
  const auto apply = [&](ChangelogKind kind, const std::string& body) {
    const ChangelogHeader header{kind, ChangelogHeader::kGenesis, {"trades", Partition{0}}, 1, 0};
    REQUIRE(fold.apply(encode_changelog_record(header, body)).ok());
  };
  apply(ChangelogKind::kLayout, encode_layouts(store));
  for (const std::string& body : blocks.finish()) apply(ChangelogKind::kBlock, body);
  apply(ChangelogKind::kEpoch, encode_epoch(epoch));
  return fold;
}

StepPlace place_of(const Plan& plan, const std::string& step) {
  for (const SubTopology& sub : plan.sub_topologies) {
    for (const StepPlan& candidate : sub.steps) {
      if (candidate.name == step) return {&sub, &candidate};
    }
  }
  FAIL("no step " + step);
  return {};
}

std::string explained(const std::string& step, const std::vector<EventTime>& window_ends,
                      const EpochRecord& epoch, const std::map<std::string, int64_t>& unread = {}) {
  const Loaded loaded = load_text("monitor.yaml", kTopology);
  INFO(loaded.findings);
  REQUIRE(loaded.plan);
  const StepPlace place = place_of(*loaded.plan, step);
  auto text =
      explain_waiting(place, {"trades", Partition{0}}, fold_of(*place.step, window_ends, epoch), unread);
  REQUIRE(text.ok());
  return *text;
}

EpochRecord epoch_at(EventTime trades, EventTime quotes) {
  EpochRecord epoch;
  epoch.inputs = {{.topic = "trades", .partitions = 1, .offset = Offset{7}, .watermark = trades},
                  {.topic = "quotes", .partitions = 1, .offset = Offset{9}, .watermark = quotes}};
  epoch.watermark = epoch.settled = std::min(trades, quotes);
  return epoch;
}

TEST_CASE("why: the input that holds the watermark back is named, and what waits for which time") {
  CHECK(explained("per_minute", {second(60), second(120)}, epoch_at(second(58), second(70)),
                  {{"trades", 3}, {"quotes", 0}}) ==
        "task trades-0\n"
        "  watermark                       1970-01-01T00:00:58Z\n"
        "  trades-0                        1970-01-01T00:00:58Z, which holds the others back; 3 records are "
        "there and not read yet\n"
        "  quotes-0                        1970-01-01T00:01:10Z\n"
        "  step per_minute                 2 rows of state; next due when the watermark reaches "
        "1970-01-01T00:01:10Z: another 12s of event time\n");
}

TEST_CASE("why: idle inputs hold nothing back, and an input that was never read all") {
  EpochRecord epoch = epoch_at(second(58), EventTime::min());
  epoch.inputs[0].idle = true;
  CHECK(explained("per_minute", {}, epoch) ==
        "task trades-0\n"
        "  watermark                       none yet\n"
        "  trades-0                        idle, so it holds nothing back\n"
        "  quotes-0                        none yet, which holds the others back\n"
        "  step per_minute                 nothing of it waits for the watermark\n");
}

TEST_CASE("why: a repartition topic is as far as its slowest writer, heard of or not") {
  EpochRecord epoch;
  epoch.upstreams = {
      {.topic = "monitor-per_venue-repartition", .task = 1, .tasks = 3, .watermark = second(70)},
      {.topic = "monitor-per_venue-repartition",
       .task = 0,
       .tasks = 3,
       .watermark = second(50),
       .idle = true}};
  CHECK(explained("per_venue", {second(60)}, epoch) ==
        "task trades-0\n"
        "  watermark                       none yet\n"
        "  per_venue, from task 1          1970-01-01T00:01:10Z\n"
        "  per_venue, from task 0          idle, so it holds nothing back\n"
        "  per_venue, from task 2          none yet, which holds the others back: nothing was heard of it\n"
        "  step per_venue                  1 row of state; next due when the watermark reaches "
        "1970-01-01T00:01:00Z\n");
}

}  // namespace
}  // namespace pactolus
