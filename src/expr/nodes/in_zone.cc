#include "expr/nodes/in_zone.h"

#include "data/calendar.h"
#include "zones/zone_database.h"

namespace pactolus {
namespace {

Failure check_range(int64_t micros) {
  return micros >= kTimestampMin && micros <= kTimestampMax ? kNoFailure : &failures::kTimestampRange;
}

}  // namespace

const ZonesOfRows::Found& ZonesOfRows::find(std::string_view name) {
  if (latest_ && latest_->first == name) return latest_->second;
  auto found = zones_.find(name);
  if (found == zones_.end()) found = zones_.emplace(name, find_zone(name)).first;
  latest_ = &*found;
  return found->second;
}

std::optional<Refusal> refuse_zone(std::span<const ExpressionPtr> arguments, size_t place) {
  const Literal* literal = as_literal(*arguments[place]);
  if (!literal) {
    if (host_zones().ok()) return std::nullopt;
    return Refusal{host_zones().error().message, "install the package tzdata", place};
  }
  if (literal->is_null()) return std::nullopt;
  std::string_view name = literal->value()->values_of<TypeKind::kText>()[0];
  auto found = find_zone(name);
  if (found.ok()) return std::nullopt;
  return Refusal{found.error().message + " (SQLSTATE 22023)", zone_hint(name), place};
}

Failure local_of_instant(int64_t& out, int64_t instant, const TimeZone& zone) {
  out = instant + zone.offset_at(floor_divide(instant, kMicrosPerSecond)) * kMicrosPerSecond;
  return check_range(out);
}

Failure instant_of_local(int64_t& out, int64_t local, const TimeZone& zone) {
  out = local - zone.offset_of_local(floor_divide(local, kMicrosPerSecond)) * kMicrosPerSecond;
  return check_range(out);
}

}  // namespace pactolus
