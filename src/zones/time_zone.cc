#include "zones/time_zone.h"

#include <algorithm>
#include <limits>

namespace pactolus {

TimeZone::TimeZone(int32_t first, const std::vector<ZoneTransition>& transitions,
                   std::optional<YearlyRule> rule)
    : rule_(rule) {
  transitions_.reserve(transitions.size() + 1);
  transitions_.push_back({std::numeric_limits<int64_t>::min(), first});
  transitions_.insert(transitions_.end(), transitions.begin(), transitions.end());
}

int32_t TimeZone::offset_at(int64_t second) const {
  auto next = std::ranges::upper_bound(transitions_, second, {}, &ZoneTransition::second);
  const ZoneTransition& last = *std::prev(next);
  if (next == transitions_.end() && rule_) {
    auto change = rule_->last_until(second);
    if (change && change->second > last.second) return change->offset;
  }
  return last.offset;
}

std::optional<ZoneTransition> TimeZone::first_after(int64_t second) const {
  auto next = std::ranges::upper_bound(transitions_, second, {}, &ZoneTransition::second);
  if (next != transitions_.end()) return *next;
  return rule_ ? rule_->first_after(second) : std::nullopt;
}

int32_t TimeZone::offset_of_local(int64_t local) const {
  constexpr int64_t kDaySeconds = 86400;
  const int64_t day_before = local - kDaySeconds;
  const int32_t before = offset_at(day_before);
  const std::optional<ZoneTransition> change = first_after(day_before);
  if (!change) return before;
  const int64_t instant_before = local - before;
  const int64_t instant_after = local - change->offset;
  if (instant_before < change->second && instant_after < change->second) return before;
  if (instant_before > change->second && instant_after >= change->second) return change->offset;
  return instant_before > instant_after ? before : change->offset;
}

}  // namespace pactolus
