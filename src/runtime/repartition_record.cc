#include "runtime/repartition_record.h"

#include "base/bytes.h"

namespace pactolus {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kRow = 0;
constexpr uint8_t kControl = 1;

}  // namespace

void append_row_header(const RepartitionedRow& row, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kVersion);
  writer.u8(kRow);
  writer.i64(row.event_time.micros());
  writer.i64(row.row_watermark.micros());
  writer.u8(static_cast<uint8_t>(row.change));
  writer.bytes(row.origin_topic);
  writer.varint(static_cast<uint64_t>(row.origin_partition.value()));
  writer.i64(row.origin_offset.value());
  if (row.change == Change::kReplaced) writer.bytes(row.before);
}

void append_control(const ControlRecord& control, std::string& out) {
  ByteWriter writer(out);
  writer.u8(kVersion);
  writer.u8(kControl);
  writer.varint(static_cast<uint64_t>(control.task));
  writer.varint(static_cast<uint64_t>(control.tasks));
  writer.i64(control.watermark.micros());
  writer.u8(control.idle ? 1 : 0);
}

std::optional<RepartitionRecord> decode_repartition_record(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return std::nullopt;
  uint8_t kind = in.u8();
  RepartitionRecord record;
  if (kind == kControl) {
    ControlRecord control;
    control.task = static_cast<int32_t>(in.varint());
    control.tasks = static_cast<int32_t>(in.varint());
    control.watermark = EventTime{in.i64()};
    control.idle = in.u8() != 0;
    if (in.failed() || !in.at_end() || control.task < 0 || control.task >= control.tasks) return std::nullopt;
    record.control = control;
    return record;
  }
  record.row.event_time = EventTime{in.i64()};
  record.row.row_watermark = EventTime{in.i64()};
  uint8_t change = in.u8();
  record.row.change = static_cast<Change>(change);
  record.row.origin_topic = in.bytes();
  record.row.origin_partition = Partition{static_cast<int32_t>(in.varint())};
  record.row.origin_offset = Offset{in.i64()};
  if (record.row.change == Change::kReplaced) record.row.before = in.bytes();
  record.row.row = in.rest();
  if (kind != kRow || in.failed() || change > static_cast<uint8_t>(Change::kReplaced)) return std::nullopt;
  return record;
}

}  // namespace pactolus
