#include "log/memory_chunk.h"

namespace pactolus {

namespace {

/// Kafka's timestamps have milliseconds; rounds down, also before 1970. The first one of 1970 is not
/// to be had (record.h).
ProcessingTime whole_milliseconds(ProcessingTime time) {
  constexpr Duration kMillisecond = std::chrono::milliseconds{1};
  int64_t micros = time.micros() % 1000;
  if (micros < 0) micros += 1000;
  ProcessingTime rounded = time - Duration{micros};
  return rounded == ProcessingTime{0} ? rounded + kMillisecond : rounded;
}

}  // namespace

void MemoryPartition::Chunk::append(Offset offset, const OutgoingRecord& record,
                                    TransactionNumber transaction) {
  RecordView view{offset, whole_milliseconds(record.timestamp), copy(record.key), copy(record.value),
                  copy(record.headers)};
  records_.push_back({view, transaction});
}

std::optional<std::string_view> MemoryPartition::Chunk::copy(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  bytes_ += text->size();
  return arena_.copy(*text);
}

std::span<const HeaderView> MemoryPartition::Chunk::copy(std::span<const OutgoingHeader> headers) {
  if (headers.empty()) return {};
  auto copies = std::make_unique<HeaderView[]>(headers.size());
  for (size_t i = 0; i < headers.size(); ++i) {
    copies[i] = {*copy(headers[i].name), copy(headers[i].value)};
  }
  headers_.push_back(std::move(copies));
  return {headers_.back().get(), headers.size()};
}

}  // namespace pactolus
