#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/changelog.h"

namespace pactolus {

/// One thing that a task did in an order that its input alone does not determine: it processed the next
/// `records` of an input, or (0) declared the input idle.
struct Decision {
  uint32_t input = 0;  // index into DecisionRecord::inputs
  uint64_t records = 0;
  bool operator==(const Decision&) const = default;
};

/// The order of a task's work in one transaction in which it made a choice without waiting
/// (docs/design.md, "Time"): a replay that repeats it gives the same results, byte for byte. Transactions
/// without such a decision have none.
struct DecisionRecord {
  TaskId task;
  uint64_t sequence = 0;            // of the task's transaction
  std::vector<std::string> inputs;  // topics
  std::vector<Decision> decisions;
  bool operator==(const DecisionRecord&) const = default;
};

std::string encode_decisions(const DecisionRecord& record);
/// None: malformed, or an unknown version.
std::optional<DecisionRecord> decode_decisions(std::string_view value);

}  // namespace pactolus
