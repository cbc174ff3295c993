#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/type.h"

namespace pactolus {

/// A format of PostgreSQL's to_char for times and intervals ("YYYY-MM-DD HH24:MI:SS"), taken apart once. In
/// UTC, with English names, as under the locale "C". What is no pattern stands for itself.
class TimeFormat {
 public:
  /// `has_zone`: the times are UTC's; those without a zone have no name for it.
  TimeFormat(std::string_view format, bool has_zone);
  /// Appends the time (microseconds since 1970-01-01) in this format.
  void append(int64_t timestamp, std::string& out) const;
  /// The same of an interval. Precondition: not names_a_day().
  void append(const Interval& interval, std::string& out) const;
  /// Has patterns that mean something only for a day of the calendar, as weekdays do.
  bool names_a_day() const;

  enum class Field : uint8_t {
    kText,  // stands for itself
    kNothing,
    // Words.
    kEraDotted,
    kEra,
    kHalfDayDotted,
    kHalfDay,
    kDayName,
    kDayShort,
    kMonthName,
    kMonthShort,
    kRomanMonth,
    kZone,
    kZoneHour,
    kOffset,
    kYearWithComma,
    // Numbers of as many digits as there are, or a fixed number of them.
    kCentury,
    kDayOfYear,
    kDayOfMonth,
    kDayOfWeek,
    kFraction,
    kHour24,
    kHour12,
    kIsoDayOfYear,
    kIsoDayOfWeek,
    kIsoWeek,
    kIsoYear,
    kJulian,
    kMinute,
    kMonth,
    kQuarter,
    kSecondOfDay,
    kSecond,
    kZoneMinute,
    kWeekOfYear,
    kWeekOfMonth,
    kYear,
  };
  enum class Letters : uint8_t { kUpper, kCapital, kLower };
  enum class Ordinal : uint8_t { kNone, kUpper, kLower };  // 1ST, 2nd

  struct Piece {
    Field field = Field::kText;
    int digits = 0;  // at least, or of a year or a fraction at most; 0: as many as there are
    Letters letters = Letters::kUpper;
    bool fills = true;  // not FM: with leading zeroes and trailing blanks
    Ordinal ordinal = Ordinal::kNone;
    std::string text;
  };

 private:
  void append_text(std::string_view text);

  std::vector<Piece> pieces_;
};

}  // namespace pactolus
