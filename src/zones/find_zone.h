#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "zones/time_zone.h"

namespace pactolus {

/// The zone that PostgreSQL 15 takes a text for (timestamptz_zone in timestamp.c), without regard to case: an
/// abbreviation that always has the same offset (UTC, EST), a name of the tz database (Europe/Berlin), or a
/// POSIX zone (UTC+3, which lies west of UTC). Refused, where PostgreSQL takes them: abbreviations whose
/// offset changed over the years (MSK), POSIX zones whose abbreviation is not of letters only (Europe/Berlin2
/// would be one) or that have daylight saving without its rules, or about the turn of the year.
Result<std::shared_ptr<const TimeZone>> find_zone(std::string_view name);
/// What to write instead of a text that names no zone; may be empty. Slow: it looks at all names.
std::string zone_hint(std::string_view name);

}  // namespace pactolus
