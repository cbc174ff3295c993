#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "zones/time_zone.h"

namespace pactolus {

/// The zones of the tz database by their names, such as Europe/Berlin. Immutable. Threads: any.
class ZoneDatabase {
 public:
  /// Reads all compiled zones below a folder. Left out are those that PostgreSQL's users don't mean: `right`
  /// counts leap seconds, `posix` has all zones a second time, `localtime` and `posixrules` differ from host
  /// to host. Fails if there are none.
  static Result<ZoneDatabase> read(const std::filesystem::path& folder);

  /// Without regard to case; nullptr if there is none.
  const TimeZone* find(std::string_view name) const;
  /// As they are written in the database.
  std::vector<std::string> names() const;

 private:
  struct NamedZone {
    std::string name;
    TimeZone zone;
  };
  std::map<std::string, NamedZone, std::less<>> zones_;  // by their names in lower case
};

/// The host's database, read at the first call: the folder TZDIR of the environment, or /usr/share/zoneinfo.
/// Kept for the life of the process.
const Result<ZoneDatabase>& host_zones();

}  // namespace pactolus
