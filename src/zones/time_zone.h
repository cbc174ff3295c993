#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "zones/yearly_rule.h"

namespace pactolus {

/// The offsets from UTC that the clocks of a place had, have and will have. Seconds count from 1970-01-01
/// 00:00, of UTC or of those clocks; offsets are seconds east of UTC. Immutable. Threads: any.
class TimeZone {
 public:
  /// The same offset for ever.
  explicit TimeZone(int32_t offset) : TimeZone(offset, {}, std::nullopt) {}
  /// `first` holds before the first transition; transitions are ascending; behind the last one the rule goes
  /// on, if there is one.
  TimeZone(int32_t first, const std::vector<ZoneTransition>& transitions, std::optional<YearlyRule> rule);
  explicit TimeZone(const PosixZone& zone) : TimeZone(zone.offset, {}, zone.rule) {}

  /// At an instant.
  int32_t offset_at(int64_t second) const;
  /// When clocks show `local`. A time that they skipped is read by the offset before it, one that they showed
  /// twice by the offset after it (PostgreSQL's DetermineTimeZoneOffset, which looks no further than to the
  /// first transition from the day before on).
  int32_t offset_of_local(int64_t local) const;

 private:
  std::optional<ZoneTransition> first_after(int64_t second) const;

  std::vector<ZoneTransition> transitions_;  // never empty: the first is at the beginning of time
  std::optional<YearlyRule> rule_;
};

}  // namespace pactolus
