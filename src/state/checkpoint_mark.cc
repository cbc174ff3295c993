#include "state/checkpoint_mark.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/bytes.h"

namespace pactolus {
namespace {

constexpr uint8_t kVersion = 1;

void write_windows(ByteWriter& out, const StateTable::StoredWindows& windows) {
  out.varint(windows.size());
  for (const auto& [end, stored] : windows) {
    out.i64(end.micros());
    out.varint(stored.rows);
    out.varint(stored.bytes);
  }
}

StateTable::StoredWindows read_windows(ByteReader& in) {
  StateTable::StoredWindows windows;
  uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && !in.failed(); ++i) {
    EventTime end{in.i64()};
    StoredRows stored;
    stored.rows = in.varint();
    stored.bytes = in.varint();
    windows.emplace(end, stored);
  }
  return windows;
}

}  // namespace

std::string encode_mark(const CheckpointMark& mark) {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion);
  out.bytes(mark.task.lead_topic);
  out.varint(static_cast<uint64_t>(mark.task.partition.value()));
  out.i64(mark.changelog_end.value());
  out.u64(mark.record_hash);
  out.u64(mark.sequence);
  out.u64(mark.layouts_hash);
  out.u64(mark.log_bytes);
  out.u64(mark.round_bytes);
  out.u8(mark.awaited_round ? 1 : 0);
  out.u32(mark.awaited_round.value_or(0));
  out.bytes(encode_epoch(mark.epoch));
  out.varint(mark.windows.size());
  for (const auto& windows : mark.windows) write_windows(out, windows);
  out.u64(XXH3_64bits(bytes.data(), bytes.size()));
  return bytes;
}

std::optional<CheckpointMark> decode_mark(std::string_view bytes) {
  if (bytes.size() < sizeof(uint64_t)) return std::nullopt;
  std::string_view body = bytes.substr(0, bytes.size() - sizeof(uint64_t));
  ByteReader checksum(bytes.substr(body.size()));
  if (checksum.u64() != XXH3_64bits(body.data(), body.size())) return std::nullopt;
  ByteReader in(body);
  if (in.u8() != kVersion) return std::nullopt;
  CheckpointMark mark;
  mark.task.lead_topic = in.bytes();
  mark.task.partition = Partition{static_cast<int32_t>(in.varint())};
  mark.changelog_end = Offset{in.i64()};
  mark.record_hash = in.u64();
  mark.sequence = in.u64();
  mark.layouts_hash = in.u64();
  mark.log_bytes = in.u64();
  mark.round_bytes = in.u64();
  bool awaits = in.u8() != 0;
  uint32_t round = in.u32();
  if (awaits) mark.awaited_round = round;
  auto epoch = decode_epoch(in.bytes());
  if (!epoch) return std::nullopt;
  mark.epoch = std::move(*epoch);
  uint64_t tables = in.varint();
  for (uint64_t i = 0; i < tables && !in.failed(); ++i) mark.windows.push_back(read_windows(in));
  if (in.failed() || !in.at_end()) return std::nullopt;
  return mark;
}

}  // namespace pactolus
