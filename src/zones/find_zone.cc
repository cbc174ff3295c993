#include "zones/find_zone.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "data/text_scan.h"
#include "zones/abbreviations.h"
#include "zones/zone_database.h"

namespace pactolus {
namespace {

constexpr size_t kNameBytesMax = 255;  // PostgreSQL's TZ_STRLEN_MAX

std::string not_recognized(std::string_view name) { return quoted("time zone", name) + " not recognized"; }

/// "did you mean `Europe/Berlin`?": for a misspelt name, and for a place without its continent.
std::string nearest_zone(std::string_view name, const std::vector<std::string>& names) {
  std::string hint = did_you_mean(name, names);
  if (!hint.empty()) return hint;
  std::string place = "/" + lower_case(name);
  std::ranges::replace(place, ' ', '_');
  for (const std::string& known : names) {
    if (lower_case(known).ends_with(place)) return "did you mean `" + known + "`?";
  }
  return "";
}

}  // namespace

Result<std::shared_ptr<const TimeZone>> find_zone(std::string_view name) {
  if (std::optional<ZoneAbbreviation> abbreviation = find_abbreviation(name)) {
    if (abbreviation->zone.empty()) return std::make_shared<const TimeZone>(abbreviation->offset);
    return Error{not_recognized(name) + ": the abbreviation's offset changed over the years"};
  }
  const Result<ZoneDatabase>& database = host_zones();
  if (!database.ok()) {
    return Error{not_recognized(name) + ": " + database.error().message};
  }
  if (const TimeZone* zone = database->find(name)) {
    return std::shared_ptr<const TimeZone>(std::shared_ptr<const void>(), zone);  // the database stays
  }
  std::optional<PosixZone> posix = name.size() <= kNameBytesMax ? parse_posix_zone(name) : std::nullopt;
  if (posix) return std::make_shared<const TimeZone>(*posix);
  return Error{not_recognized(name)};
}

std::string zone_hint(std::string_view name) {
  if (std::optional<ZoneAbbreviation> abbreviation = find_abbreviation(name)) {
    return "write the zone's name, such as `" + std::string(abbreviation->zone) + "`";
  }
  if (!host_zones().ok()) return "install the package tzdata";
  return nearest_zone(name, host_zones()->names());
}

}  // namespace pactolus
