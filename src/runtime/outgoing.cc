#include "runtime/outgoing.h"

#include <algorithm>

#include "base/check.h"

namespace pactolus {

void Outgoing::add(OutgoingKind kind, const TopicPartition& to, std::optional<std::string_view> key,
                   std::optional<std::string_view> value, ProcessingTime timestamp,
                   std::span<const OutgoingHeader> headers) {
  if (last_ == nullptr || *last_partition_ != to) {
    auto place = pending_.try_emplace(to, Pending{.kind = kind}).first;
    last_ = &place->second;
    last_partition_ = &place->first;
  }
  Pending& pending = *last_;
  size_t before = pending.bytes.size();
  auto headers_begin = static_cast<uint32_t>(pending.headers.size());
  for (const OutgoingHeader& header : headers) {
    Slice name = pending.append(header.name);
    pending.headers.push_back({name, pending.append(header.value)});
  }
  Slice key_slice = pending.append(key);
  Slice value_slice = pending.append(value);
  pending.records.push_back(
      {key_slice, value_slice, timestamp, headers_begin, static_cast<uint32_t>(headers.size())});
  PACTOLUS_CHECK(pending.bytes.size() < kAbsent, "outgoing records were not flushed in time");
  ++records_[static_cast<size_t>(kind)];
  bytes_ += pending.bytes.size() - before;
}

void Outgoing::clear() {
  for (auto& [partition, pending] : pending_) clear(pending);
}

void Outgoing::clear(Pending& pending) {
  records_[static_cast<size_t>(pending.kind)] -= pending.records.size();
  bytes_ -= pending.bytes.size();
  pending.bytes.clear();
  pending.headers.clear();
  pending.records.clear();
}

Outgoing::Slice Outgoing::Pending::append(std::optional<std::string_view> text) {
  if (!text) return {};
  Slice slice{static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(text->size())};
  bytes.append(*text);
  return slice;
}

std::optional<std::string_view> Outgoing::Pending::view(Slice slice) const {
  if (slice.size == kAbsent) return std::nullopt;
  return std::string_view(bytes).substr(slice.begin, slice.size);
}

std::span<const OutgoingRecord> Outgoing::views_of(const Pending& pending, ProcessingTime now) {
  header_views_.clear();
  for (const PendingHeader& header : pending.headers) {
    header_views_.push_back({*pending.view(header.name), pending.view(header.value)});
  }
  views_.clear();
  std::span<const OutgoingHeader> headers(header_views_);
  for (const PendingRecord& record : pending.records) {
    views_.push_back({pending.view(record.key), pending.view(record.value),
                      headers.subspan(record.headers_begin, record.headers_count),
                      std::min(record.timestamp, now)});
  }
  return views_;
}

}  // namespace pactolus
