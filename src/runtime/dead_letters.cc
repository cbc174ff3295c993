#include "runtime/dead_letters.h"

#include "data/codecs/json_encoder.h"
#include "data/partitioner.h"

namespace pactolus {
namespace {

constexpr std::string_view kFormatVersion = "1";
constexpr std::string_view kIsRecord = "record";
constexpr std::string_view kIsRow = "row";

std::string hex(uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text.push_back(kDigits[value >> shift & 15]);
  return text;
}

}  // namespace

/// Where the refused record came from, as header values; empty topic: nowhere (a result).
struct DeadLetterWriter::Origin {
  std::string_view topic;
  std::string partition;
  std::string offset;
};

DeadLetterWriter::DeadLetterWriter(Topic topic, std::string topology, uint64_t fingerprint, TaskId task)
    : topic_(std::move(topic)),
      topology_(std::move(topology)),
      fingerprint_(hex(fingerprint)),
      task_(std::move(task)) {}

void DeadLetterWriter::write_record(const FetchedRows& source, uint32_t index, const std::string& step,
                                    const RowError& error, ProcessingTime timestamp, Outgoing& out) const {
  const RecordView& record = source.batch.records[index];
  Origin origin{source.partition.topic, std::to_string(source.partition.partition.value()),
                std::to_string(record.offset.value())};
  std::vector<OutgoingHeader> headers;
  for (const HeaderView& header : record.headers.get()) headers.push_back({header.name, header.value});
  write({record.key, record.value, kIsRecord}, origin, std::move(headers), step, error, timestamp, out);
}

void DeadLetterWriter::write_row(const ColumnBatch& batch, const std::string& step, const RowError& error,
                                 ProcessingTime timestamp, Outgoing& out) const {
  const auto* source = dynamic_cast<const FetchedRows*>(batch.system->source.get());
  uint32_t index = source == nullptr ? 0 : batch.system->source_row[error.row];
  bool is_unreadable = source != nullptr && batch.columns.empty();
  if (source != nullptr && (source->repartitioned.empty() || is_unreadable)) {
    write_record(*source, index, step, error, timestamp, out);
    return;
  }
  std::string row;
  JsonEncoder(*batch.schema).append_row(batch.columns, error.row, row);
  Origin origin;
  std::optional<std::string_view> key;
  if (source != nullptr) key = source->batch.records[index].key;
  if (const auto address = batch.address_of(error.row)) {
    origin = {address->topic, std::to_string(address->partition.value()),
              std::to_string(address->offset.value())};
  }
  write({key, row, kIsRow}, origin, {}, step, error, timestamp, out);
}

void DeadLetterWriter::write(const Content& content, const Origin& origin,
                             std::vector<OutgoingHeader> headers, const std::string& step,
                             const RowError& error, ProcessingTime timestamp, Outgoing& out) const {
  if (!origin.topic.empty()) {
    headers.push_back({"__connect.errors.topic", origin.topic});
    headers.push_back({"__connect.errors.partition", origin.partition});
    headers.push_back({"__connect.errors.offset", origin.offset});
  }
  headers.push_back({"__connect.errors.stage", step});
  headers.push_back({"__connect.errors.exception.message", error.message});
  headers.push_back({"pactolus.version", kFormatVersion});
  headers.push_back({"pactolus.step", step});
  headers.push_back({"pactolus.code", error.code});
  headers.push_back({"pactolus.topology", topology_});
  headers.push_back({"pactolus.fingerprint", fingerprint_});
  headers.push_back({"pactolus.value", content.kind});
  Partition partition = content.key ? partition_of(Partitioner::kMurmur2, *content.key, topic_.partitions)
                                    : Partition{task_.partition.value() % topic_.partitions};
  out.add(OutgoingKind::kResult, {topic_.name, partition}, content.key, content.value, timestamp, headers);
}

}  // namespace pactolus
