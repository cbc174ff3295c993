#include "zones/zone_database.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/nearest_name.h"
#include "zones/tzif.h"

namespace pactolus {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& name) {
  return name == "right" || name == "posix" || name == "localtime" || name == "posixrules";
}

std::string content_of(const fs::path& path) {
  constexpr size_t kMagicBytes = 4;
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kMagicBytes, '\0');
  if (!file.read(bytes.data(), kMagicBytes) || !is_tzif(bytes)) return {};  // tables and texts
  bytes.append(std::istreambuf_iterator<char>(file), {});
  return bytes;
}

Error no_database(const fs::path& folder) {
  return {"this host has no time zone database, or cannot read it: " + folder.string()};
}

}  // namespace

Result<ZoneDatabase> ZoneDatabase::read(const fs::path& folder) {
  ZoneDatabase database;
  std::error_code failure;
  fs::recursive_directory_iterator entry(folder, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (entry.depth() == 0 && is_left_out(entry->path().filename())) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code unreadable;
    if (!entry->is_regular_file(unreadable)) continue;
    std::string bytes = content_of(entry->path());
    std::string name = entry->path().lexically_relative(folder).generic_string();
    if (auto zone = parse_tzif(bytes)) {
      database.zones_.emplace(lower_case(name), NamedZone{name, *std::move(zone)});
    }
  }
  if (failure || database.zones_.empty()) return no_database(folder);
  return database;
}

const TimeZone* ZoneDatabase::find(std::string_view name) const {
  auto found = zones_.find(lower_case(name));
  return found == zones_.end() ? nullptr : &found->second.zone;
}

std::vector<std::string> ZoneDatabase::names() const {
  std::vector<std::string> names;
  for (const auto& [key, zone] : zones_) names.push_back(zone.name);
  return names;
}

const Result<ZoneDatabase>& host_zones() {
  static const Result<ZoneDatabase> zones = [] {
    const char* folder = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe): nothing sets variables
    return ZoneDatabase::read(folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo");
  }();
  return zones;
}

}  // namespace pactolus
