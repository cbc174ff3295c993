#include "state/changelog.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "state/state_store.h"

namespace pactolus {
namespace {

constexpr uint64_t kTablesMax = 65536;

bool is_kind(uint8_t byte) {
  return byte == static_cast<uint8_t>(ChangelogKind::kBlock) ||
         byte == static_cast<uint8_t>(ChangelogKind::kLayout) ||
         byte == static_cast<uint8_t>(ChangelogKind::kEpoch);
}

Error malformed(const char* what) { return {std::string("changelog record malformed: ") + what}; }

}  // namespace

std::string to_string(const TaskId& task) {
  return task.lead_topic + "-" + std::to_string(task.partition.value());
}

std::string_view record_key(ChangelogKind kind) {
  switch (kind) {
    case ChangelogKind::kBlock:
      return "block";
    case ChangelogKind::kLayout:
      return "layout";
    case ChangelogKind::kEpoch:
      break;
  }
  return "epoch";
}

std::string encode_changelog_record(const ChangelogHeader& header, std::string_view body) {
  std::string value;
  value.reserve(body.size() + 64);
  ByteWriter out(value);
  out.u8(ChangelogHeader::kVersion);
  out.u8(static_cast<uint8_t>(header.kind));
  out.u8(header.flags);
  out.bytes(header.task.lead_topic);
  out.varint(static_cast<uint64_t>(header.task.partition.value()));
  out.u64(header.sequence);
  out.u32(header.round);
  out.u64(XXH3_64bits(body.data(), body.size()));
  out.raw(body);
  return value;
}

Result<ChangelogRecord> decode_changelog_record(std::string_view value) {
  ByteReader in(value);
  uint8_t version = in.u8();
  if (!in.failed() && version != ChangelogHeader::kVersion) {
    return Error{"changelog record of an unknown format version: " + std::to_string(version) +
                 " (this Pactolus knows 1; a newer one wrote it)"};
  }
  ChangelogRecord record;
  uint8_t kind = in.u8();
  record.header.flags = in.u8();
  record.header.task.lead_topic = in.bytes();
  record.header.task.partition = Partition{static_cast<int32_t>(in.varint())};
  record.header.sequence = in.u64();
  record.header.round = in.u32();
  uint64_t checksum = in.u64();
  if (in.failed()) return malformed("too short");
  if (!is_kind(kind)) return malformed("unknown kind");
  record.header.kind = static_cast<ChangelogKind>(kind);
  record.body = in.rest();
  if (XXH3_64bits(record.body.data(), record.body.size()) != checksum) return malformed("wrong checksum");
  return record;
}

void BlockWriter::add(const TableLayout& layout, const StateChange& change) {
  size_t entry_bytes = change.key.size() + change.value.size() + 16;
  if (!body_.empty() && body_.size() + entry_bytes > kBlockBytesMax) {
    close_run();
    done_.push_back(std::exchange(body_, {}));
  }
  if (run_ != &layout) {
    close_run();
    open_run(layout);
  }
  ByteWriter out(body_);
  out.u8(change.kind);
  out.bytes(change.key);
  if (StateChange::has_value(change.kind)) out.bytes(change.value);
  ++run_count_;
}

std::vector<std::string> BlockWriter::finish() {
  close_run();
  if (!body_.empty()) done_.push_back(std::exchange(body_, {}));
  return std::exchange(done_, {});
}

void BlockWriter::open_run(const TableLayout& layout) {
  ByteWriter out(body_);
  out.bytes(layout.step());
  out.bytes(layout.table());
  out.u64(layout.hash());
  run_count_at_ = body_.size();
  out.u32(0);
  run_ = &layout;
  run_count_ = 0;
}

void BlockWriter::close_run() {
  if (run_ == nullptr) return;
  std::memcpy(body_.data() + run_count_at_, &run_count_, sizeof run_count_);
  run_ = nullptr;
}

Result<void> for_each_entry(std::string_view body,
                            const std::function<Result<void>(const BlockEntry&)>& visit) {
  ByteReader in(body);
  while (!in.at_end()) {
    BlockEntry entry;
    entry.step = in.bytes();
    entry.table = in.bytes();
    entry.layout_hash = in.u64();
    uint32_t count = in.u32();
    for (uint32_t i = 0; i < count; ++i) {
      uint8_t kind = in.u8();
      if (kind > StateChange::kInsert) return malformed("unknown kind of entry");
      entry.change.kind = static_cast<StateChange::Kind>(kind);
      entry.change.key = in.bytes();
      entry.change.value = StateChange::has_value(entry.change.kind) ? in.bytes() : std::string_view{};
      if (in.failed()) return malformed("block ends amid an entry");
      PACTOLUS_TRY(visit(entry));
    }
    if (in.failed()) return malformed("block ends amid a run");
  }
  return {};
}

std::string encode_layouts(const StateStore& store) {
  std::string body;
  ByteWriter(body).varint(store.tables().size());
  for (const auto& table : store.tables()) table->layout().encode(body);
  return body;
}

Result<std::vector<TableLayout>> decode_layouts(std::string_view body) {
  ByteReader in(body);
  uint64_t count = in.varint();
  if (in.failed() || count > kTablesMax) return malformed("layout descriptor");
  std::vector<TableLayout> layouts;
  for (uint64_t i = 0; i < count; ++i) {
    auto layout = TableLayout::decode(in);
    if (!layout) return malformed("layout descriptor");
    layouts.push_back(std::move(*layout));
  }
  return layouts;
}

}  // namespace pactolus
