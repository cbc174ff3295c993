#pragma once

#include <span>
#include <string>
#include <vector>

#include "exactness/ledger_events.h"

namespace pactolus::testing {

/// What is wrong, a sentence each; none: nothing.
using Findings = std::vector<std::string>;

/// What read_committed readers see of the ledger's topics, compared with a recomputation from the events that
/// shares no code with the product. Values of a topic: those of all partitions, each in its order.

/// What may have happened to each expected row of a topic.
enum class Repeats : uint8_t {
  kNone,     // it is there once, in order
  kAllowed,  // it is there at least once, for the first time behind those that come before it
};

/// Each passing event once, per key in the events' order.
Findings audit_passed(std::span<const Event> events, std::span<const std::string> values,
                      Repeats repeats = Repeats::kNone);
/// Per key every change once, in order: no state was lost, none counted twice.
Findings audit_counts(std::span<const Event> events, std::span<const std::string> values,
                      Repeats repeats = Repeats::kNone);
/// Each window that ends up to `closed_second` once.
Findings audit_minutes(std::span<const Event> events, std::span<const std::string> values,
                       int64_t closed_second, Repeats repeats = Repeats::kNone);
/// Each passing event that is answered once, with its reply, and each other one once without if its time for
/// that ends up to `closed_second`.
Findings audit_answered(std::span<const Event> events, std::span<const std::string> values,
                        int64_t closed_second, Repeats repeats = Repeats::kNone);
/// Each broken event once, unchanged.
Findings audit_dead_letters(std::span<const Event> events, std::span<const std::string> values,
                            Repeats repeats = Repeats::kNone);

/// So many the audits want to see.
struct ResultCounts {
  size_t passed = 0;  // and changes of counts
  size_t minutes = 0;
  size_t answered = 0;
  size_t dead_letters = 0;
  bool operator==(const ResultCounts&) const = default;
};
ResultCounts expected_counts(std::span<const Event> events, int64_t closed_second);

}  // namespace pactolus::testing
