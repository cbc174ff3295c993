#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pactolus {

/// An abbreviation of PostgreSQL's default set (timezone_abbreviations = 'Default'): always the same offset,
/// in seconds east of UTC, or, where that changed over the years, the zone whose clocks it is of.
struct ZoneAbbreviation {
  std::string_view name;  // upper case
  int32_t offset = 0;
  std::string_view zone = {};
};

/// Without regard to case.
std::optional<ZoneAbbreviation> find_abbreviation(std::string_view name);

}  // namespace pactolus
