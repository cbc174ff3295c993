#include "state/decision_record.h"

#include "base/bytes.h"

namespace pactolus {
namespace {

constexpr uint8_t kVersion = 1;

}  // namespace

std::string encode_decisions(const DecisionRecord& record) {
  std::string value;
  ByteWriter out(value);
  out.u8(kVersion);
  out.bytes(record.task.lead_topic);
  out.varint(static_cast<uint64_t>(record.task.partition.value()));
  out.u64(record.sequence);
  out.varint(record.inputs.size());
  for (const std::string& topic : record.inputs) out.bytes(topic);
  out.varint(record.decisions.size());
  for (const Decision& decision : record.decisions) {
    out.varint(decision.input);
    out.varint(decision.records);
  }
  return value;
}

std::optional<DecisionRecord> decode_decisions(std::string_view value) {
  ByteReader in(value);
  if (in.u8() != kVersion) return std::nullopt;
  DecisionRecord record;
  record.task.lead_topic = in.bytes();
  record.task.partition = Partition{static_cast<int32_t>(in.varint())};
  record.sequence = in.u64();
  uint64_t inputs = in.varint();
  for (uint64_t i = 0; i < inputs && !in.failed(); ++i) record.inputs.emplace_back(in.bytes());
  uint64_t decisions = in.varint();
  for (uint64_t i = 0; i < decisions && !in.failed(); ++i) {
    Decision decision;
    decision.input = static_cast<uint32_t>(in.varint());
    decision.records = in.varint();
    if (decision.input >= record.inputs.size()) return std::nullopt;
    record.decisions.push_back(decision);
  }
  if (in.failed() || !in.at_end()) return std::nullopt;
  return record;
}

}  // namespace pactolus
