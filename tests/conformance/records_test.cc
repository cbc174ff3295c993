#include "conformance/log_conformance.h"

namespace pactolus::conformance {

using namespace std::string_literals;
using Strings = std::vector<std::string>;

TEST_CASE("records: keys, values, headers and bytes come back as they were sent", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  const std::string binary{"\0\x01\xff\xfe\n\0", 6};
  const std::vector<OutgoingHeader> headers = {
      {"trace", "a"}, {"trace", "b"}, {"absent", std::nullopt}, {"empty", ""}, {"bytes", binary}};
  const ProcessingTime time{1'700'000'000'123'000};
  const std::vector<OutgoingRecord> sent = {{"key", "value", headers, time},
                                            {std::nullopt, "no key", {}, time},
                                            {"no value", std::nullopt, {}, time},
                                            {"", "", {}, time},
                                            {binary, binary, {}, time}};
  cluster.commit(partition, sent);

  auto records = cluster.read_committed(partition);
  REQUIRE(records.size() == sent.size());
  const std::vector<OwnedHeader> headers_expected = {
      {"trace", "a"}, {"trace", "b"}, {"absent", std::nullopt}, {"empty", ""}, {"bytes", binary}};
  CHECK(records[0] == OwnedRecord{Offset{0}, time, "key", "value", headers_expected});
  CHECK(records[1] == OwnedRecord{Offset{1}, time, std::nullopt, "no key", {}});
  CHECK(records[2] == OwnedRecord{Offset{2}, time, "no value", std::nullopt, {}});
  CHECK(records[3] == OwnedRecord{Offset{3}, time, "", "", {}});
  CHECK(records[4] == OwnedRecord{Offset{4}, time, binary, binary, {}});
}

TEST_CASE("records: timestamps are rounded down to milliseconds", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {{"key", "value", {}, ProcessingTime{1'700'000'000'123'999}},
                             {"key", "clients take 0 for now", {}, ProcessingTime{0}}});
  auto records = cluster.read_committed(partition);
  REQUIRE(records.size() == 2);
  CHECK(records[0].timestamp.micros() == 1'700'000'000'123'000);
  CHECK(records[1].timestamp.micros() == 1'000);
}

TEST_CASE("records: each partition keeps its own order, and a fetch gives no more than was asked for",
          "[conformance]") {
  constexpr int kRecords = 2500;
  constexpr size_t kFetchMax = 100;
  Cluster cluster;
  const std::string topic = cluster.topic(3);
  auto producer = cluster.producer();
  ok(producer->begin());
  for (int i = 0; i < kRecords; ++i) {
    const std::string value = std::to_string(i);
    const OutgoingRecord numbered = record(value, value);
    ok(producer->produce({topic, Partition{i % 3}}, std::span{&numbered, 1}));
  }
  ok(producer->commit());

  auto reader = cluster.reader(Isolation::kReadCommitted);
  std::vector<PartitionPosition> positions;
  for (int32_t p = 0; p < 3; ++p) positions.push_back({{topic, Partition{p}}, Offset{0}});
  ok(reader->assign(positions));
  std::vector<int> expected = {0, 1, 2};
  bool too_many = false;
  bool in_order = true;
  REQUIRE(eventually(cluster.log(), [&] {
    for (int p = 0; p < 3; ++p) {
      auto batch = reader->fetch(positions[static_cast<size_t>(p)].partition, kFetchMax);
      if (!batch.ok() && batch.error().kind == LogErrorKind::kRetry) continue;
      FetchedBatch fetched = ok(std::move(batch));
      too_many = too_many || fetched.records.size() > kFetchMax;
      for (const RecordView& view : fetched.records) {
        in_order =
            in_order && view.value == std::to_string(expected[p]) && view.offset.value() == expected[p] / 3;
        expected[p] += 3;
      }
    }
    return expected == std::vector<int>{2502, 2500, 2501};
  }));
  CHECK(in_order);
  CHECK_FALSE(too_many);
}

TEST_CASE("records: fetched bytes outlive the reader", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("key", "value")});
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  FetchedBatch kept;
  REQUIRE(eventually(cluster.log(), [&] {
    auto batch = reader->fetch(partition, 10);
    if (batch.ok() && !batch->records.empty()) kept = std::move(batch).value();
    return !kept.records.empty();
  }));
  reader.reset();
  CHECK(kept.records[0].key == "key");
  CHECK(kept.records[0].value == "value");
}

TEST_CASE("end of partition: an empty partition tells its end", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  CHECK(cluster.read(partition, Offset{0}, Offset{0}, Isolation::kReadCommitted).empty());
}

TEST_CASE("end of partition: is told anew when the end moved, beyond the markers, and after an assign",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition start{partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{0}, records));

  cluster.commit(partition, {record("a", "1"), record("b", "2")});
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{3}, records));
  CHECK(values_of(records) == Strings{"1", "2"});

  const PartitionPosition end{partition, Offset{3}};
  ok(reader->assign(std::span{&end, 1}));
  CHECK(read_to_end(cluster, *reader, partition, Offset{3}, records));
}

TEST_CASE("reader: an assign to an earlier offset reads again from there", "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("a", "1"), record("b", "2"), record("c", "3")});
  auto reader = cluster.reader(Isolation::kReadCommitted);
  PartitionPosition position{partition, Offset{0}};
  std::vector<OwnedRecord> records;
  ok(reader->assign(std::span{&position, 1}));
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{4}, records));
  position.offset = Offset{1};
  ok(reader->assign(std::span{&position, 1}));
  REQUIRE(read_to_end(cluster, *reader, partition, Offset{4}, records));
  CHECK(values_of(records) == Strings{"1", "2", "3", "2", "3"});
}

TEST_CASE("reader: assigns that follow at once leave it where the last one says", "[conformance]") {
  constexpr int32_t kPartitions = 20;
  Cluster cluster;
  const std::string topic = cluster.topic(kPartitions);
  std::vector<PartitionPosition> positions;
  for (int32_t p = 0; p < kPartitions; ++p) positions.push_back({{topic, Partition{p}}, Offset{0}});
  const TopicPartition last = positions.back().partition;
  cluster.commit(last, {record("a", "1"), record("b", "2")});
  auto reader = cluster.reader(Isolation::kReadCommitted);
  for (int times = 0; times < 100; ++times) ok(reader->assign(positions));
  positions.back().offset = Offset{1};
  ok(reader->assign(positions));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(cluster, *reader, last, Offset{3}, records));
  CHECK(values_of(records) == Strings{"2"});
}

TEST_CASE("reader: what is not assigned any more is not fetched", "[conformance]") {
  Cluster cluster;
  const std::string topic = cluster.topic(2);
  const TopicPartition dropped{topic, Partition{0}};
  const TopicPartition kept{topic, Partition{1}};
  cluster.commit(dropped, {record("a", "1")});
  cluster.commit(kept, {record("a", "2")});
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const std::vector<PartitionPosition> both = {{dropped, Offset{0}}, {kept, Offset{0}}};
  std::vector<OwnedRecord> records;
  ok(reader->assign(both));
  REQUIRE(read_to_end(cluster, *reader, dropped, Offset{2}, records));
  ok(reader->assign(std::span{&both[1], 1}));
  records.clear();
  REQUIRE(read_to_end(cluster, *reader, kept, Offset{2}, records));
  CHECK(values_of(records) == Strings{"2"});
}

TEST_CASE("reader: an offset below the start or above the end is fatal and tells the numbers",
          "[conformance]") {
  Cluster cluster;
  const TopicPartition partition = cluster.partition();
  cluster.commit(partition, {record("a", "1"), record("b", "2"), record("c", "3")});
  REQUIRE(cluster.arrived(partition, 4));
  const PartitionPosition before{partition, Offset{2}};
  ok(awaited(cluster.admin().delete_records(std::span{&before, 1})));

  const int64_t offset = GENERATE(1, 77);
  auto reader = cluster.reader(Isolation::kReadCommitted);
  const PartitionPosition outside{partition, Offset{offset}};
  ok(reader->assign(std::span{&outside, 1}));
  std::string message;
  REQUIRE(eventually(cluster.log(), [&] {
    auto batch = reader->fetch(partition, 10);
    if (batch.ok()) {
      CHECK(batch->records.empty());
      return false;
    }
    if (batch.error().kind == LogErrorKind::kRetry) return false;
    CHECK(batch.error().kind == LogErrorKind::kFatal);
    message = batch.error().message;
    return true;
  }));
  CHECK_THAT(message, Catch::Contains(std::to_string(offset)));
  CHECK_THAT(message, Catch::Contains("2"));
  CHECK_THAT(message, Catch::Contains("4"));
}

}  // namespace pactolus::conformance
