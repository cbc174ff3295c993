#include "zones/time_zone.h"

#include <catch2/catch.hpp>
#include <limits>

#include "data/calendar.h"
#include "zones/abbreviations.h"
#include "zones/find_zone.h"

namespace pactolus {
namespace {

constexpr int64_t kHour = 3600;

int64_t second(int64_t year, int32_t month, int32_t day, int64_t hours = 0) {
  return days_from_civil({year, month, day}) * 24 * kHour + hours * kHour;
}

TimeZone posix(std::string_view text) {
  auto zone = parse_posix_zone(text);
  REQUIRE(zone.has_value());
  return TimeZone(*zone);
}

}  // namespace

// What PostgreSQL answers for zones of every kind is in tests/expr/cases.txt.

TEST_CASE("posix zone: offsets count west, rules hold in every year") {
  TimeZone berlin = posix("CET-1CEST,M3.5.0,M10.5.0/3");
  for (int64_t year : {1, 1970, 2024, 2038, 9999}) {
    CHECK(berlin.offset_at(second(year, 1, 1)) == kHour);
    CHECK(berlin.offset_at(second(year, 7, 1)) == 2 * kHour);
  }
  CHECK(berlin.offset_at(second(2024, 3, 31, 1) - 1) == kHour);
  CHECK(berlin.offset_at(second(2024, 3, 31, 1)) == 2 * kHour);
  CHECK(berlin.offset_at(second(2024, 10, 27, 1) - 1) == 2 * kHour);
  CHECK(berlin.offset_at(second(2024, 10, 27, 1)) == kHour);
  TimeZone sydney = posix("AEST-10AEDT,M10.1.0,M4.1.0/3");  // the year begins in summer
  CHECK(sydney.offset_at(second(2024, 1, 1)) == 11 * kHour);
  CHECK(sydney.offset_at(second(2024, 7, 1)) == 10 * kHour);
  TimeZone by_day = posix("A0B,J60/0,300");  // March 1 in any year
  CHECK(by_day.offset_at(second(2024, 3, 1) - 1) == 0);
  CHECK(by_day.offset_at(second(2024, 3, 1)) == kHour);
  CHECK(by_day.offset_at(second(2023, 3, 1) - 1) == 0);
  CHECK(by_day.offset_at(second(2023, 3, 1)) == kHour);
}

TEST_CASE("posix zone: what is malformed, or has no rules, is refused") {
  for (const char* text : {"",
                           "CET",
                           "-",
                           "+",
                           "CET-",
                           "CET168",
                           "CET-1:60",
                           "CET-1x",
                           "CET-1CEST",
                           "CET-1,M3.5.0,M10.5.0",
                           "CET-1<>,M3.5.0,M10.5.0",
                           "CET-1CEST,",
                           "CET-1CEST,M3.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0/",
                           "CET-1CEST,M3.5.0,M10.5.0/3x",
                           "CET-1CEST,M0.5.0,M10.5.0",
                           "C-1D,M3.6.0,M10.5.0",
                           "C-1D,M3.5.7,M10.5.0",
                           "C-1D,J0,J365",
                           "C-1D,J1,J366",
                           "C-1D,0,366",
                           "<CET-1",
                           "C T-1",
                           "A/B1",
                           "é1",
                           "CET99999999999999999999",
                           "abcdefghijabcdefghijabcdefghijk1"}) {
    INFO(text);
    CHECK_FALSE(parse_posix_zone(text).has_value());
  }
}

TEST_CASE("zone: a skipped time is read by the offset before, a repeated one by the offset after") {
  TimeZone zone(0, {{second(2024, 3, 31, 1), 3600}, {second(2024, 10, 27, 1), 0}}, std::nullopt);
  CHECK(zone.offset_of_local(second(2024, 3, 31, 1) - 1) == 0);
  CHECK(zone.offset_of_local(second(2024, 3, 31, 1)) == 0);
  CHECK(zone.offset_of_local(second(2024, 3, 31, 2) - 1) == 0);
  CHECK(zone.offset_of_local(second(2024, 3, 31, 2)) == 3600);
  CHECK(zone.offset_of_local(second(2024, 10, 27, 1) - 1) == 3600);
  CHECK(zone.offset_of_local(second(2024, 10, 27, 1)) == 0);
  CHECK(zone.offset_of_local(second(2024, 10, 27, 2)) == 0);
  CHECK(TimeZone(-3600).offset_of_local(0) == -3600);
}

TEST_CASE("zones: abbreviations mean what PostgreSQL's default set says") {
  CHECK(find_abbreviation("est")->offset == -5 * kHour);
  CHECK(find_abbreviation("IST")->offset == 2 * kHour);
  CHECK(find_abbreviation("Msk")->zone == "Europe/Moscow");
  CHECK_FALSE(find_abbreviation("").has_value());
  CHECK_FALSE(find_abbreviation("ES").has_value());
  CHECK_FALSE(find_abbreviation("ESTX").has_value());
}

TEST_CASE("zones: a text that names none says what to write") {
  CHECK(find_zone("europe/BERLIN").ok());
  CHECK(find_zone("Berlin").error().message == "time zone \"Berlin\" not recognized");
  CHECK(zone_hint("Berlin") == "did you mean `Europe/Berlin`?");
  CHECK(zone_hint("New York") == "did you mean `America/New_York`?");
  CHECK(zone_hint("Europe/Berln") == "did you mean `Europe/Berlin`?");
  CHECK(zone_hint("MSK") == "write the zone's name, such as `Europe/Moscow`");
  CHECK(zone_hint("nothing like it").empty());
  CHECK(find_zone(std::string(1000, 'x')).error().message.size() < 300);
}

}  // namespace pactolus
