#include "conformance/log_conformance.h"

#include <random>

namespace pactolus::conformance {

OutgoingRecord record(std::string_view key, std::string_view value) {
  return {key, value, {}, ProcessingTime{1'700'000'000'000'000}};
}

Cluster::Cluster() : log_(make_log_under_test()), admin_(ok(log_->client().admin())) {}

std::string Cluster::unique(std::string_view prefix) {
  // Of this run and of this name: a cluster may be shared, and may have seen former runs.
  static const std::string run = std::to_string(std::random_device{}());
  static int names = 0;
  return std::string{prefix} + "-" + run + "-" + std::to_string(++names);
}

std::string Cluster::topic(int32_t partitions) {
  // Retention would delete the records, whose timestamps are years old.
  TopicSpec spec{unique("topic"), partitions, 1, {{"retention.ms", "-1"}}};
  ok(admin().create_topics(std::span{&spec, 1}));
  return spec.name;
}

std::unique_ptr<TransactionalProducer> Cluster::producer(const std::string& transactional_id) {
  auto producer = ok(client().producer({transactional_id, transactional_id, kPatience}));
  ok(producer->init());
  return producer;
}

void Cluster::commit(const TopicPartition& partition, std::span<const OutgoingRecord> records) {
  auto writer = producer();
  ok(writer->begin());
  ok(writer->produce(partition, records));
  ok(writer->commit());
}

Offset Cluster::edge(const TopicPartition& partition, OffsetEdge edge, Isolation isolation) {
  auto positions = ok(settled(log(), [&] {
    return admin().offsets(std::span{&partition, 1}, edge, isolation);
  }));
  REQUIRE(positions.size() == 1);
  REQUIRE(positions[0].partition == partition);
  return positions[0].offset;
}

bool read_to_end(Cluster& cluster, Reader& reader, const TopicPartition& partition, Offset until,
                 std::vector<OwnedRecord>& records) {
  return eventually(cluster.log(), [&] {
    for (;;) {
      auto batch = reader.fetch(partition, 1000);
      if (!batch.ok() && batch.error().kind == LogErrorKind::kRetry) return false;
      FetchedBatch fetched = ok(std::move(batch));
      for (const RecordView& view : fetched.records) records.push_back(copy_of(view));
      if (fetched.end_of_partition && *fetched.end_of_partition >= until) return true;
      if (fetched.records.empty()) return false;
    }
  });
}

std::vector<OwnedRecord> Cluster::read(const TopicPartition& partition, Offset from, Offset until,
                                       Isolation isolation) {
  auto from_start = reader(isolation);
  PartitionPosition position{partition, from};
  ok(from_start->assign(std::span{&position, 1}));
  std::vector<OwnedRecord> records;
  REQUIRE(read_to_end(*this, *from_start, partition, until, records));
  return records;
}

std::vector<OwnedRecord> Cluster::read_committed(const TopicPartition& partition) {
  return read(partition, edge(partition, OffsetEdge::kStart, Isolation::kReadCommitted), end(partition),
              Isolation::kReadCommitted);
}

bool Cluster::arrived(const TopicPartition& partition, int64_t end_expected) {
  return eventually(log(), [&] { return end(partition).value() >= end_expected; });
}

std::vector<std::string> values_of(const std::vector<OwnedRecord>& records) {
  std::vector<std::string> values;
  for (const OwnedRecord& record : records) values.push_back(record.value.value_or("(null)"));
  return values;
}

}  // namespace pactolus::conformance
