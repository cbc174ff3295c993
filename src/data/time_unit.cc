#include "data/time_unit.h"

#include <array>
#include <string>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

struct UnitName {
  std::string_view name;
  TimeUnit unit;
};

/// PostgreSQL's words (deltatktbl and the reserved ones of datetktbl in datetime.c), which it compares by
/// their first ten characters.
constexpr auto kUnitNames = std::to_array<UnitName>({
    {"us", TimeUnit::kMicroseconds},
    {"usec", TimeUnit::kMicroseconds},
    {"usecs", TimeUnit::kMicroseconds},
    {"usecond", TimeUnit::kMicroseconds},
    {"useconds", TimeUnit::kMicroseconds},
    {"microsecon", TimeUnit::kMicroseconds},
    {"ms", TimeUnit::kMilliseconds},
    {"msec", TimeUnit::kMilliseconds},
    {"msecs", TimeUnit::kMilliseconds},
    {"msecond", TimeUnit::kMilliseconds},
    {"mseconds", TimeUnit::kMilliseconds},
    {"millisecon", TimeUnit::kMilliseconds},
    {"s", TimeUnit::kSecond},
    {"sec", TimeUnit::kSecond},
    {"secs", TimeUnit::kSecond},
    {"second", TimeUnit::kSecond},
    {"seconds", TimeUnit::kSecond},
    {"m", TimeUnit::kMinute},
    {"min", TimeUnit::kMinute},
    {"mins", TimeUnit::kMinute},
    {"minute", TimeUnit::kMinute},
    {"minutes", TimeUnit::kMinute},
    {"h", TimeUnit::kHour},
    {"hr", TimeUnit::kHour},
    {"hrs", TimeUnit::kHour},
    {"hour", TimeUnit::kHour},
    {"hours", TimeUnit::kHour},
    {"d", TimeUnit::kDay},
    {"day", TimeUnit::kDay},
    {"days", TimeUnit::kDay},
    {"w", TimeUnit::kWeek},
    {"week", TimeUnit::kWeek},
    {"weeks", TimeUnit::kWeek},
    {"mon", TimeUnit::kMonth},
    {"mons", TimeUnit::kMonth},
    {"month", TimeUnit::kMonth},
    {"months", TimeUnit::kMonth},
    {"qtr", TimeUnit::kQuarter},
    {"quarter", TimeUnit::kQuarter},
    {"y", TimeUnit::kYear},
    {"yr", TimeUnit::kYear},
    {"yrs", TimeUnit::kYear},
    {"year", TimeUnit::kYear},
    {"years", TimeUnit::kYear},
    {"dec", TimeUnit::kDecade},
    {"decs", TimeUnit::kDecade},
    {"decade", TimeUnit::kDecade},
    {"decades", TimeUnit::kDecade},
    {"c", TimeUnit::kCentury},
    {"cent", TimeUnit::kCentury},
    {"century", TimeUnit::kCentury},
    {"centuries", TimeUnit::kCentury},
    {"mil", TimeUnit::kMillennium},
    {"mils", TimeUnit::kMillennium},
    {"millennia", TimeUnit::kMillennium},
    {"millennium", TimeUnit::kMillennium},
    {"isoyear", TimeUnit::kIsoYear},
    {"dow", TimeUnit::kDayOfWeek},
    {"isodow", TimeUnit::kIsoDayOfWeek},
    {"doy", TimeUnit::kDayOfYear},
    {"j", TimeUnit::kJulian},
    {"jd", TimeUnit::kJulian},
    {"julian", TimeUnit::kJulian},
    {"epoch", TimeUnit::kEpoch},
    {"timezone", TimeUnit::kTimezone},
    {"timezone_h", TimeUnit::kTimezone},
    {"timezone_m", TimeUnit::kTimezone},
});

}  // namespace

std::optional<TimeUnit> find_time_unit(std::string_view name) {
  constexpr size_t kSignificantCharacters = 10;
  std::string wanted = lower_case(name.substr(0, kSignificantCharacters));
  for (const UnitName& known : kUnitNames) {
    if (wanted == known.name) return known.unit;
  }
  return std::nullopt;
}

}  // namespace pactolus
