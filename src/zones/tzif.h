#pragma once

#include <optional>
#include <string_view>

#include "zones/time_zone.h"

namespace pactolus {

/// Whether a file of the tz database is a compiled zone.
bool is_tzif(std::string_view bytes);
/// Reads one (RFC 8536, version 2 and later). None: malformed, or it counts leap seconds.
std::optional<TimeZone> parse_tzif(std::string_view bytes);

}  // namespace pactolus
