#include "state/epoch_record.h"

#include "base/bytes.h"

namespace pactolus {
namespace {

constexpr uint64_t kListMax = 1'000'000;

template <class T, class F>
void write_list(ByteWriter& out, const std::vector<T>& list, F write) {
  out.varint(list.size());
  for (const T& item : list) write(item);
}

template <class T, class F>
void read_list(ByteReader& in, std::vector<T>& list, F read) {
  uint64_t count = in.varint();
  if (count > kListMax) count = 0;
  for (uint64_t i = 0; i < count && !in.failed(); ++i) list.push_back(read());
}

void write_time(ByteWriter& out, EventTime time) { out.i64(time.micros()); }
EventTime read_time(ByteReader& in) { return EventTime{in.i64()}; }

void write_input(ByteWriter& out, const InputProgress& input) {
  out.bytes(input.topic);
  out.varint(static_cast<uint64_t>(input.partitions));
  out.varint(input.partition ? static_cast<uint64_t>(input.partition->value()) + 1 : 0);
  out.i64(input.offset.value());
  write_time(out, input.watermark);
  write_time(out, input.floor);
  out.u8(input.idle ? 1 : 0);
}

InputProgress read_input(ByteReader& in) {
  InputProgress input;
  input.topic = in.bytes();
  input.partitions = static_cast<int32_t>(in.varint());
  if (const uint64_t number = in.varint(); number > 0)
    input.partition = Partition{static_cast<int32_t>(number - 1)};
  input.offset = Offset{in.i64()};
  input.watermark = read_time(in);
  input.floor = read_time(in);
  input.idle = in.u8() != 0;
  return input;
}

void write_upstream(ByteWriter& out, const UpstreamProgress& upstream) {
  out.bytes(upstream.topic);
  out.varint(static_cast<uint64_t>(upstream.task));
  out.varint(static_cast<uint64_t>(upstream.tasks));
  write_time(out, upstream.watermark);
  out.u8(upstream.idle ? 1 : 0);
}

UpstreamProgress read_upstream(ByteReader& in) {
  UpstreamProgress upstream;
  upstream.topic = in.bytes();
  upstream.task = static_cast<int32_t>(in.varint());
  upstream.tasks = static_cast<int32_t>(in.varint());
  upstream.watermark = read_time(in);
  upstream.idle = in.u8() != 0;
  return upstream;
}

void write_downstream(ByteWriter& out, const DownstreamProgress& downstream) {
  out.bytes(downstream.topic);
  write_time(out, downstream.watermark);
  out.u8(downstream.idle ? 1 : 0);
}

DownstreamProgress read_downstream(ByteReader& in) {
  DownstreamProgress downstream;
  downstream.topic = in.bytes();
  downstream.watermark = read_time(in);
  downstream.idle = in.u8() != 0;
  return downstream;
}

void write_close(ByteWriter& out, const std::optional<CloseProgress>& close) {
  out.u8(close ? 1 : 0);
  if (!close) return;
  out.bytes(close->step);
  write_time(out, close->due);
  write_time(out, close->window_end);
  out.bytes(close->last_key);
}

std::optional<CloseProgress> read_close(ByteReader& in) {
  if (in.u8() == 0) return std::nullopt;
  CloseProgress close;
  close.step = in.bytes();
  close.due = read_time(in);
  close.window_end = read_time(in);
  close.last_key = in.bytes();
  return close;
}

void write_round(ByteWriter& out, const RoundProgress& round) {
  out.u32(round.number);
  out.u8(round.open ? 1 : 0);
  out.i64(round.start.value());
  out.bytes(round.cursor);
}

RoundProgress read_round(ByteReader& in) {
  RoundProgress round;
  round.number = in.u32();
  round.open = in.u8() != 0;
  round.start = Offset{in.i64()};
  round.cursor = in.bytes();
  return round;
}

void write_step(ByteWriter& out, const StepProgress& step) {
  out.bytes(step.step);
  out.varint(step.counts.size());
  for (const auto& [name, count] : step.counts) {
    out.bytes(name);
    out.varint(count);
  }
}

StepProgress read_step(ByteReader& in) {
  StepProgress step;
  step.step = in.bytes();
  uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && !in.failed(); ++i) {
    std::string name(in.bytes());
    step.counts[std::move(name)] = in.varint();
  }
  return step;
}

}  // namespace

std::string encode_epoch(const EpochRecord& epoch) {
  std::string body;
  ByteWriter out(body);
  out.u64(epoch.nonce);
  write_list(out, epoch.inputs, [&](const InputProgress& input) { write_input(out, input); });
  write_list(out, epoch.upstreams, [&](const UpstreamProgress& upstream) { write_upstream(out, upstream); });
  write_list(out, epoch.downstreams,
             [&](const DownstreamProgress& downstream) { write_downstream(out, downstream); });
  write_time(out, epoch.watermark);
  write_time(out, epoch.settled);
  out.i64(epoch.record_time.micros());
  write_close(out, epoch.close);
  write_round(out, epoch.round);
  out.bytes(epoch.task_map_hash);
  out.u64(epoch.fingerprint);
  write_list(out, epoch.steps, [&](const StepProgress& step) { write_step(out, step); });
  return body;
}

Result<EpochRecord> decode_epoch(std::string_view body) {
  ByteReader in(body);
  EpochRecord epoch;
  epoch.nonce = in.u64();
  read_list(in, epoch.inputs, [&] { return read_input(in); });
  read_list(in, epoch.upstreams, [&] { return read_upstream(in); });
  read_list(in, epoch.downstreams, [&] { return read_downstream(in); });
  epoch.watermark = read_time(in);
  epoch.settled = read_time(in);
  epoch.record_time = ProcessingTime{in.i64()};
  epoch.close = read_close(in);
  epoch.round = read_round(in);
  epoch.task_map_hash = in.bytes();
  epoch.fingerprint = in.u64();
  read_list(in, epoch.steps, [&] { return read_step(in); });
  if (in.failed() || !in.at_end()) return Error{"epoch record malformed"};
  return epoch;
}

}  // namespace pactolus
