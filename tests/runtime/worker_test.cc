#include "runtime/worker.h"

#include <catch2/catch.hpp>

#include "data/calendar.h"
#include "data/partitioner.h"
#include "runtime/simulation.h"
#include "state/offset_tag.h"

namespace pactolus::testing {
namespace {

constexpr const char* kCounting = R"(
topology: counting
sources:
  events:
    topic: events
    key: k
    time: {field: at, disorder: 10s, idle: 30s, max_future: 5m}
    fields:
      k: text
      at: timestamptz
steps:
  minutes:
    from: events
    aggregate:
      by: k
      window: {tumbling: 1m}
      select:
        n: count(*)
sinks:
  minutes: {from: minutes, topic: minutes, key: [k, window_start]}
)";

/// The simulation's clock starts at 2023-11-14T22:13:20Z.
std::string event(const std::string& k, const std::string& time) {
  return R"({"k":")" + k + R"(","at":"2023-11-14T)" + time + R"(Z"})";
}

std::vector<OwnedRecord> dead_letters(const Simulation& simulation, MemoryLog& log) {
  return log.read({simulation.plan().dead_letter_topic, Partition{0}}, Isolation::kReadCommitted);
}

std::string header(const OwnedRecord& record, const std::string& name) {
  for (const OwnedHeader& h : record.headers) {
    if (h.name == name) return h.value.value_or("(null)");
  }
  return "(none)";
}

/// Why worker 0 ends; empty: it doesn't.
std::string end_of(Simulation& simulation) {
  simulation.start(0);
  for (int i = 0; i < 300; ++i) {
    auto turned = simulation.worker(0).turn();
    if (!turned) return turned.error().message;
    simulation.clock().advance(std::chrono::milliseconds{100});
  }
  return "";
}

/// A topology of two sources whose records have `key` for their keys.
std::string two_topics(const std::string& key, const std::string& steps) {
  const auto source = [&](const std::string& name) {
    return "  " + name + ": {topic: " + name + ", key: {field: k, partitioner: " + key +
           "}, fields: {k: text null, n: bigint null}}\n";
  };
  return "topology: placed\nsources:\n" + source("a") + source("b") + "steps:\n" + steps +
         "sinks:\n  out: {from: out, topic: out, key: k}\n";
}

constexpr const char* kJoined =
    "  out: {from: a, join: {stream: b, within: {after: 1m}, match: a.k = b.k, add: {other: b.n}}}\n";

/// Keys whose places by murmur2 and crc32 differ.
void send_by_crc32(Simulation& s, const std::string& topic, int keys) {
  for (int i = 0; i < keys; ++i) {
    const std::string key = "key-" + std::to_string(i);
    s.append(topic, partition_of(Partitioner::kCrc32, key, 3).value(), key,
             R"({"k":")" + key + R"(","n":1})");
  }
}

}  // namespace

TEST_CASE(
    "worker: a window's result comes once the watermark passes its end, and late rows are dead letters") {
  Simulation s(kCounting, 1, {"events"}, {"minutes"});
  s.start(0);
  s.append("events", 0, "a", event("a", "22:10:01"));
  s.append("events", 0, "a", event("a", "22:10:59"));
  s.append("events", 0, "a", event("a", "22:11:09"));  // watermark 22:10:59: not yet
  s.drain();
  CHECK(s.all_values("minutes").empty());
  s.append("events", 0, "a", event("a", "22:11:10"));
  s.append("events", 0, "b", event("b", "22:10:58"));
  s.drain();
  auto minutes = s.all_values("minutes");
  REQUIRE(minutes.size() == 1);
  CHECK(minutes[0] ==
        R"({"k":"a","window_start":"2023-11-14T22:10:00Z","window_end":"2023-11-14T22:11:00Z","n":2})");
  auto dead = dead_letters(s, s.log());
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].value == event("b", "22:10:58"));
  CHECK(dead[0].key == "b");
  CHECK(header(dead[0], "pactolus.code") == "late");
  CHECK(header(dead[0], "pactolus.step") == "minutes");
  CHECK(header(dead[0], "__connect.errors.topic") == "events");
  CHECK(header(dead[0], "__connect.errors.partition") == "0");
  CHECK(header(dead[0], "__connect.errors.offset") == "4");
}

TEST_CASE("worker: a record from the future is a dead letter and does not move the watermark") {
  Simulation s(kCounting, 1, {"events"}, {"minutes"});
  s.start(0);
  s.append("events", 0, "a", event("a", "22:10:01"));
  s.append("events", 0, "a", event("a", "22:18:21"));  // 5 min 1 s beyond the record's timestamp
  s.append("events", 0, "a", "{\"k\":");
  s.drain();
  CHECK(s.all_values("minutes").empty());
  auto dead = dead_letters(s, s.log());
  REQUIRE(dead.size() == 2);
  CHECK(header(dead[0], "pactolus.code") == "future_event");
  CHECK(header(dead[1], "pactolus.code") == "invalid_json");
  CHECK(dead[1].value == "{\"k\":");
}

TEST_CASE("worker: a Kafka timestamp that is no date is a dead letter where it would be the event time") {
  std::string topology = kCounting;
  const std::string time = "    time: {field: at, disorder: 10s, idle: 30s, max_future: 5m}\n";
  topology.erase(topology.find(time), time.size());
  Simulation s(topology, 1, {"events"}, {"minutes"});
  s.start(0);
  s.append("events", 0, "a", event("a", "22:10:01"));
  for (int64_t micros : {kTimestampMin - 1, kTimestampMax + 1, int64_t{1} << 61, -(int64_t{1} << 61)})
    s.append("events", 0, "b", event("b", "22:10:01"), ProcessingTime{micros});
  s.append("events", 0, "a", event("a", "22:10:01"), ProcessingTime{kTimestampMin});
  s.drain();
  CHECK(s.all_values("minutes").empty());
  auto dead = dead_letters(s, s.log());
  REQUIRE(dead.size() == 5);
  for (size_t i = 0; i < 4; ++i) CHECK(header(dead[i], "pactolus.code") == "invalid_timestamp");
  CHECK(header(dead[4], "pactolus.code") == "late");
}

TEST_CASE("worker: an idle input stops holding the watermark back, and what it brings then is late") {
  std::string topology = kCounting;
  topology.replace(topology.find("steps:"), 0, R"(  others:
    topic: others
    key: k
    time: {field: at, disorder: 10s, idle: 30s}
    fields:
      k: text
      at: timestamptz
)");
  topology.replace(topology.find("  minutes:\n    from: events"), 27,
                   "  merged:\n    union: [events, others]\n  minutes:\n    from: merged");
  Simulation s(topology, 1, {"events", "others"}, {"minutes"});
  s.start(0);
  s.append("others", 0, "x", event("x", "22:10:00"));
  s.append("events", 0, "a", event("a", "22:10:01"));
  s.append("events", 0, "a", event("a", "22:12:30"));
  for (int i = 0; i < 200; ++i) {
    s.turn(0);
    s.clock().advance(std::chrono::milliseconds{100});  // 20 s in all
  }
  CHECK(s.all_values("minutes").empty());  // `others` stands at 22:09:50
  s.drain();                               // more than 30 s more
  CHECK(s.all_values("minutes").size() == 2);
  s.append("others", 0, "x", event("x", "22:11:59"));
  s.drain();
  REQUIRE(dead_letters(s, s.log()).size() == 1);
  CHECK(header(dead_letters(s, s.log())[0], "pactolus.code") == "late");
}

TEST_CASE("worker: after kill -9 the state comes back from the changelog and counting goes on") {
  Simulation s(kCounting, 1, {"events"}, {"minutes"});
  s.start(0);
  for (int i = 0; i < 5; ++i) s.append("events", 0, "a", event("a", "22:10:0" + std::to_string(i)));
  s.drain();
  s.kill(0);
  s.start(0);
  for (int i = 0; i < 4; ++i) s.append("events", 0, "a", event("a", "22:10:1" + std::to_string(i)));
  s.end();
  auto minutes = s.all_values("minutes");
  REQUIRE(minutes.size() == 1);
  CHECK(minutes[0].find(R"("n":9})") != std::string::npos);
}

TEST_CASE("worker: an offset that something else moved is refused with both numbers") {
  Simulation s(kCounting, 1, {"events"}, {"minutes"});
  s.start(0);
  for (int i = 0; i < 5; ++i) s.append("events", 0, "a", event("a", "22:10:0" + std::to_string(i)));
  s.drain();
  s.kill(0);

  MemoryLogClient client(s.log());
  auto member =
      client.group_member({.group = "counting", .instance_id = "counting-host-0", .client_id = "tool"});
  std::vector<std::string> topics = {"events"};
  REQUIRE((*member)->subscribe(topics));
  auto producer = client.producer({.transactional_id = "tool", .client_id = "tool"});
  REQUIRE((*producer)->init());
  for (int i = 0; i < 100; ++i) {
    auto event = (*member)->poll();
    if (event && !std::holds_alternative<std::monostate>(*event)) (void)(*member)->reader().assign({});
    s.clock().advance(std::chrono::milliseconds{200});
  }
  REQUIRE((*producer)->begin());
  auto metadata = (*member)->metadata();
  REQUIRE(metadata);
  std::vector<OffsetCommit> moved = {{{"events", Partition{0}}, Offset{2}, "reset by hand"}};
  REQUIRE((*producer)->send_offsets(moved, **metadata));
  REQUIRE((*producer)->commit());
  (*member)->close();

  CHECK(end_of(s).find("events-0 is 2, the changelog's is 5") != std::string::npos);
}

TEST_CASE("worker: a record in another partition than its key says ends a worker that relies on it") {
  Simulation s(two_topics("murmur2", kJoined), 3, {"a", "b"}, {"out"});
  send_by_crc32(s, "b", 10);
  CHECK(end_of(s) ==
        "topic b, partition 0, offset 0: by murmur2 of its `k` the record belongs to partition 1 of 3, and "
        "steps rely on that: rows of one key would be in several tasks. Way out: in source `b` say `key: "
        "{field: k, partitioner: crc32}` if its producers place keys as librdkafka does unless told "
        "otherwise, or `partitioner: unknown`, and its rows go through a repartition topic");
}

TEST_CASE("worker: records where their keys say pass, and those that no step relies on") {
  const std::string grouped = "  out: {from: a, aggregate: {by: k, emit: changes, select: {n: count(*)}}}\n";
  const std::string filtered = "  out: {from: a, filter: k IS NOT NULL}\n";
  const auto counts_of = [](const std::string& key, const std::string& steps) {
    Simulation s(two_topics(key, steps), 3, {"a", "b"}, {"out"});
    send_by_crc32(s, "a", 10);
    CHECK(end_of(s).empty());
    return s.all_values("out").size();
  };
  CHECK(counts_of("crc32", grouped) == 10);
  CHECK(counts_of("unknown", grouped) == 10);
  CHECK(counts_of("murmur2", filtered) == 10);
}

TEST_CASE(
    "worker: records that cannot be read, and those without key where that matches nothing, are anywhere") {
  Simulation s(two_topics("murmur2", kJoined), 3, {"a", "b"}, {"out"});
  for (int32_t partition = 0; partition < 3; ++partition) {
    s.append("a", partition, "key-0", R"({"k":"key-0","n":"broken)");
    s.append("a", partition, "key-0", R"({"k":null,"n":1})");
  }
  CHECK(end_of(s).empty());
  Simulation numbers(
      "topology: numbers\nsources:\n  a: {topic: a, key: n, fields: {n: bigint}}\nsteps:\n"
      "  out: {from: a, aggregate: {by: n, emit: changes, select: {c: count(*)}}}\n"
      "sinks:\n  out: {from: out, topic: out, key: n}\n",
      3, {"a"}, {"out"});
  for (int64_t n : {-17, 0, 5, 123'456}) {
    const std::string key = std::to_string(n);
    numbers.append("a", partition_of(Partitioner::kMurmur2, key, 3).value(), key, R"({"n":)" + key + "}");
  }
  CHECK(end_of(numbers).empty());
  CHECK(numbers.all_values("out").size() == 4);
  numbers.append("a", 0, "5", R"({"n":6})");
  numbers.append("a", 1, "5", R"({"n":6})");
  CHECK(end_of(numbers).find("of its `n` the record belongs") != std::string::npos);
}

TEST_CASE(
    "worker: tasks that stand at different places of a global table are each given what they have not had") {
  Simulation s(
      "topology: valued\nsources:\n  a: {topic: a, key: k, fields: {k: text, n: bigint}}\n"
      "  rates: {topic: rates, primary_key: n, global: true, fields: {n: bigint, rate: bigint}}\nsteps:\n"
      "  out: {from: a, join: {table: rates, match: a.n = rates.n, unmatched: dead_letter, add: {rate: "
      "rate}}}\n"
      "sinks:\n  out: {from: out, topic: out}\n",
      3, {"a", "rates"}, {"out"});
  const auto rate = [&](int n, int value) {
    s.append("rates", n % 3, std::to_string(n),
             R"({"n":)" + std::to_string(n) + R"(,"rate":)" + std::to_string(value) + "}");
  };
  const auto all_see = [&](int n, int value) {
    for (int32_t partition = 0; partition < 3; ++partition)
      s.append("a", partition, "k", R"({"k":"k","n":)" + std::to_string(n) + "}");
    s.drain();
    for (int32_t partition = 0; partition < 3; ++partition) {
      REQUIRE_FALSE(s.values("out", partition).empty());
      CHECK(s.values("out", partition).back() ==
            R"({"k":"k","n":)" + std::to_string(n) + R"(,"rate":)" + std::to_string(value) + "}");
    }
  };
  for (int n = 0; n < 9; ++n) rate(n, n);
  s.start(0);
  all_see(4, 4);
  s.start(1);
  s.drain();
  CHECK(s.worker(0).running_tasks() + s.worker(1).running_tasks() == 3);
  rate(4, 40);
  for (int i = 0; i < 5; ++i) s.turn(0);  // the other worker's tasks stay behind
  s.kill(1);
  rate(5, 50);
  all_see(4, 40);
  s.start(1);
  all_see(5, 50);
  s.kill(0);
  s.kill(1);
  rate(6, 60);
  s.start(0);
  all_see(6, 60);
  all_see(4, 40);
  CHECK(dead_letters(s, s.log()).empty());
}

TEST_CASE("preparing topics: what is missing is said at once, one sentence a line") {
  ManualClock clock(ProcessingTime{0});
  MemoryLog log(clock, MemoryWaits::kNever);
  MemoryLogClient client(log);
  auto plan = plan_of(kCounting);
  auto admin = client.admin();
  auto prepared = prepare_topics(*plan, 1, **admin);
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().kind == LogErrorKind::kFatal);
  CHECK(
      prepared.error().message ==
      "source `events`: topic does not exist: events; create it, with as many partitions as there are to be "
      "tasks\nsink `minutes`: topic does not exist: minutes; create it");
}

TEST_CASE("preparing topics: an input that has grown is refused with the way out") {
  ManualClock clock(ProcessingTime{0});
  MemoryLog log(clock, MemoryWaits::kNever);
  MemoryLogClient client(log);
  auto plan = plan_of(kCounting);
  auto admin = client.admin();
  log.create_topic({"events", 4, 1, {}});
  log.create_topic({"minutes", 4, 1, {}});
  log.create_topic({plan->changelog_topic("events"), 3, 1, {{"cleanup.policy", "delete"}}});
  auto prepared = prepare_topics(*plan, 1, **admin);
  REQUIRE_FALSE(prepared);
  CHECK(prepared.error().message.find("counting-events-changelog has 3 partitions, but must have 4") !=
        std::string::npos);
}

TEST_CASE("client ids carry the task map's hash") {
  std::string id = client_id_of("app", "0123456789abcdef", "host-0");
  CHECK(id == "pactolus-1-0123456789abcdef-app-host-0");
  CHECK(map_hash_in(id) == "0123456789abcdef");
  CHECK_FALSE(map_hash_in("rdkafka"));
}

}  // namespace pactolus::testing
