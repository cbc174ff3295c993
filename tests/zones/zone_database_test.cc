#include "zones/zone_database.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "temp_folder.h"
#include "zones/tzif.h"

namespace pactolus {
namespace {

std::string big_endian(uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::string header(uint32_t leaps, uint32_t times, uint32_t types) {
  std::string out = "TZif2" + std::string(15, '\0');
  for (uint32_t count : {0U, 0U, leaps, times, types, 4U}) out += big_endian(count, 4);
  return out;
}

/// A zone of +1 hour, +2 hours from the second 1000 on, then as the footer says.
std::string zone_file(const std::string& footer, uint32_t leaps = 0, uint8_t type = 1) {
  std::string out = header(0, 0, 1) + std::string(6 + 4, '\0');
  out += header(leaps, 1, 2) + big_endian(1000, 8) + static_cast<char>(type);
  out += big_endian(3600, 4) + std::string(2, '\0') + big_endian(7200, 4) + std::string(2, '\0') + "ABC";
  out += std::string(1 + leaps * 12, '\0');
  return out + "\n" + footer + "\n";
}

}  // namespace

TEST_CASE("tzif: table and footer make the zone") {
  auto zone = parse_tzif(zone_file("X-3Y,M3.5.0,M10.5.0"));
  REQUIRE(zone.has_value());
  CHECK(zone->offset_at(-1'000'000'000'000) == 3600);
  CHECK(zone->offset_at(999) == 3600);
  CHECK(zone->offset_at(1000) == 7200);
  CHECK(zone->offset_at(1'720'000'000) == 4 * 3600);  // July 2024
  CHECK(parse_tzif(zone_file(""))->offset_at(1'720'000'000) == 7200);
  CHECK(parse_tzif(zone_file("X-3"))->offset_at(1'720'000'000) == 7200);
}

TEST_CASE("tzif: what is cut off, broken, or counts leap seconds is no zone") {
  const std::string whole = zone_file("X-3Y,M3.5.0,M10.5.0");
  for (size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    CHECK_FALSE(parse_tzif(whole.substr(0, size)).has_value());
  }
  for (size_t i = 0; i < whole.size(); ++i) {  // whatever comes out, it must not read beyond the end
    std::string broken = whole;
    broken[i] = '\xFF';
    static_cast<void>(parse_tzif(broken));
  }
  CHECK_FALSE(parse_tzif(zone_file("X-3", 1)).has_value());
  CHECK_FALSE(parse_tzif(zone_file("X-3", 0, 2)).has_value());
  CHECK_FALSE(parse_tzif(zone_file("nonsense")).has_value());
}

TEST_CASE("zone database: names are found without regard to case, other files are none") {
  TempFolder folder("zones");
  auto put = [&](const std::filesystem::path& name, const std::string& content) {
    std::filesystem::path path = folder.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  };
  for (const char* name : {"Here/There", "Alone", "right/Alone", "posix/Alone", "localtime", "posixrules"}) {
    put(name, zone_file(""));
  }
  put("tzdata.zi", "# version");
  put("empty", "");
  auto database = ZoneDatabase::read(folder.path());
  REQUIRE(database.ok());
  CHECK(database->names() == std::vector<std::string>{"Alone", "Here/There"});
  CHECK(database->find("hERE/tHERE") != nullptr);
  CHECK(database->find("There") == nullptr);
  CHECK(database->find("right/Alone") == nullptr);
}

TEST_CASE("zone database: a host without one is told so") {
  TempFolder folder("zones");
  auto empty = ZoneDatabase::read(folder.path());
  REQUIRE_FALSE(empty.ok());
  auto missing = ZoneDatabase::read(folder.path() + "/none");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().message ==
        "this host has no time zone database, or cannot read it: " + folder.path() + "/none");
}

TEST_CASE("zone database: the host's has every zone that its index names") {
  const auto& zones = host_zones();
  REQUIRE(zones.ok());
  std::ifstream index("/usr/share/zoneinfo/tzdata.zi");
  size_t count = 0;
  for (std::string line; std::getline(index, line);) {
    std::string name;
    if (line.starts_with("Z ")) name = line.substr(2, line.find(' ', 2) - 2);
    if (line.starts_with("L ")) name = line.substr(line.rfind(' ') + 1);
    if (name.empty() || name == "localtime" || name == "posixrules") continue;
    INFO(name);
    CHECK(zones->find(name) != nullptr);
    ++count;
  }
  CHECK(count > 300);
}

}  // namespace pactolus
