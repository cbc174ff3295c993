#include "log/memory_log.h"

#include "log/memory_test_log.h"

namespace pactolus {

using Strings = std::vector<std::string>;

TEST_CASE("memory log: plain records have consecutive offsets, whatever the size of a fetch") {
  constexpr int64_t kRecords = 10'000;  // several chunks
  TestLog test;
  for (int64_t i = 0; i < kRecords; ++i) {
    const std::string value = std::to_string(i);
    REQUIRE(test.log.append(test.partition, record("key", value)) == Offset{i});
  }
  auto reader = ok(test.client.reader(Isolation::kReadCommitted, "reader"));
  const PartitionPosition start{test.partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  const size_t fetch_max = GENERATE(1, 999, 100'000);
  int64_t expected = 0;
  for (bool at_end = false; !at_end;) {
    FetchedBatch batch = ok(reader->fetch(test.partition, fetch_max));
    for (const RecordView& view : batch.records) {
      REQUIRE(view.offset == Offset{expected});
      REQUIRE(view.value == std::to_string(expected));
      ++expected;
    }
    at_end = batch.end_of_partition.has_value();
  }
  CHECK(expected == kRecords);
}

TEST_CASE("memory log: a batch of plain records is appended as a whole") {
  TestLog test;
  const std::vector<OutgoingRecord> batch = {record("a", "1"), record("b", "2")};
  CHECK(test.log.append(test.partition, batch) == Offset{0});
  CHECK(test.log.append(test.partition, batch) == Offset{2});
  CHECK(test.committed_values() == Strings{"1", "2", "1", "2"});
}

TEST_CASE("memory log: timestamps are rounded down, also before 1970") {
  TestLog test;
  test.log.append(test.partition, {"key", "value", {}, ProcessingTime{-1}});
  CHECK(test.log.read(test.partition, Isolation::kReadCommitted).at(0).timestamp == ProcessingTime{-1000});
}

TEST_CASE("memory log: readers share the bytes of the log, and keep them when it is gone") {
  FetchedBatch first;
  {
    TestLog test;
    test.log.append(test.partition, record("key", "value"));
    auto reader = ok(test.client.reader(Isolation::kReadCommitted, "reader"));
    const PartitionPosition start{test.partition, Offset{0}};
    ok(reader->assign(std::span{&start, 1}));
    first = ok(reader->fetch(test.partition, 10));
    ok(reader->assign(std::span{&start, 1}));
    FetchedBatch second = ok(reader->fetch(test.partition, 10));
    CHECK(first.records.at(0).value->data() == second.records.at(0).value->data());
    const PartitionPosition before{test.partition, Offset{1}};
    ok(awaited(ok(test.client.admin())->delete_records(std::span{&before, 1})));
    CHECK(test.all_values().empty());
    second = {};
    CHECK(first.memory.use_count() == 1);  // the log has let go of it
  }
  CHECK(first.records.at(0).value == "value");
}

TEST_CASE("memory log: an end is told once until it moves") {
  TestLog test;
  auto reader = ok(test.client.reader(Isolation::kReadCommitted, "reader"));
  const PartitionPosition start{test.partition, Offset{0}};
  ok(reader->assign(std::span{&start, 1}));
  CHECK(ok(reader->fetch(test.partition, 10)).end_of_partition == Offset{0});
  CHECK_FALSE(ok(reader->fetch(test.partition, 10)).end_of_partition);
  test.log.append(test.partition, record("key", "value"));
  CHECK(ok(reader->fetch(test.partition, 10)).end_of_partition == Offset{1});
  CHECK_FALSE(ok(reader->fetch(test.partition, 10)).end_of_partition);
}

TEST_CASE("memory log: aborted records stay hidden when the log's start moves into their transaction") {
  TestLog test;
  auto producer = test.producer("p");
  ok(producer->begin());
  for (const char* value : {"0", "1", "2"}) ok(produce(*producer, test.partition, value));
  ok(producer->abort());
  const PartitionPosition before{test.partition, Offset{1}};
  ok(awaited(ok(test.client.admin())->delete_records(std::span{&before, 1})));
  CHECK(test.committed_values().empty());
  CHECK(test.all_values() == Strings{"1", "2"});
}

TEST_CASE("memory log: deleting beyond the end is refused with the numbers") {
  TestLog test;
  test.log.append(test.partition, record("key", "value"));
  const PartitionPosition before{test.partition, Offset{9}};
  auto deleted = awaited(ok(test.client.admin())->delete_records(std::span{&before, 1}));
  CHECK(kind_of(deleted) == LogErrorKind::kFatal);
  CHECK(deleted.error().message == "offset out of range: t-0: offset 9, log from 0 to 1");
}

TEST_CASE("memory log: unknown partitions, impossible topics and misused producers are errors") {
  TestLog test;
  auto admin = ok(test.client.admin());
  const TopicPartition unknown{"t", Partition{1}};
  CHECK(kind_of(admin->offsets(std::span{&unknown, 1}, OffsetEdge::kStart, Isolation::kReadCommitted)) ==
        LogErrorKind::kFatal);
  const TopicSpec spec =
      GENERATE(TopicSpec{"no/slash", 1, 1, {}}, TopicSpec{"", 1, 1, {}}, TopicSpec{"x", 0, 1, {}});
  CHECK(kind_of(admin->create_topics(std::span{&spec, 1})) == LogErrorKind::kFatal);

  auto producer = test.producer("p");
  CHECK(kind_of(producer->init()) == LogErrorKind::kFatal);
  CHECK(kind_of(producer->commit()) == LogErrorKind::kFatal);
  ok(producer->begin());
  CHECK(kind_of(producer->begin()) == LogErrorKind::kFatal);
  CHECK(kind_of(produce(*producer, unknown, "value")) == LogErrorKind::kFatal);
}

}  // namespace pactolus
