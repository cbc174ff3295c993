#include "data/calendar.h"

#include <catch2/catch.hpp>

namespace pactolus {

TEST_CASE("calendar: every day of the years 0001 to 9999 follows the one before") {
  CivilDate date{1, 1, 1};
  for (int64_t days = kDateMin; days <= kDateMax; ++days) {
    if (days_from_civil(date) != days || civil_from_days(days) != date) {
      FAIL("day " << days << " is not " << date.year << "-" << date.month << "-" << date.day);
    }
    if (++date.day > days_in_month(date.year, date.month)) {
      date.day = 1;
      if (++date.month > 12) date = {date.year + 1, 1, 1};
    }
  }
  CHECK(date == CivilDate{10000, 1, 1});
  CHECK(days_from_civil({1970, 1, 1}) == 0);
}

}  // namespace pactolus
