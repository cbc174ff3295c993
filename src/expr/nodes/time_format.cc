#include "expr/nodes/time_format.h"

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "data/calendar.h"
#include "expr/nodes/ordinal.h"
#include "expr/nodes/text.h"
#include "expr/nodes/time_unit.h"
#include "expr/nodes/timestamp_shift.h"

namespace pactolus {
namespace {

using Field = TimeFormat::Field;
using Letters = TimeFormat::Letters;
using Ordinal = TimeFormat::Ordinal;
using Piece = TimeFormat::Piece;

struct Pattern {
  std::string_view name;  // all in capitals or all in small letters
  Field field;
  int digits = 0;
  bool capital = false;  // also with only the first letter a capital
};

/// PostgreSQL's patterns (DCH_keywords in formatting.c), a longer one before what it begins with.
constexpr auto kPatterns = std::to_array<Pattern>({
    {"A.D.", Field::kEraDotted},
    {"A.M.", Field::kHalfDayDotted},
    {"AD", Field::kEra},
    {"AM", Field::kHalfDay},
    {"B.C.", Field::kEraDotted},
    {"BC", Field::kEra},
    {"CC", Field::kCentury, 2},
    {"DAY", Field::kDayName, 0, true},
    {"DDD", Field::kDayOfYear, 3},
    {"DD", Field::kDayOfMonth, 2},
    {"DY", Field::kDayShort, 0, true},
    {"D", Field::kDayOfWeek},
    {"FF1", Field::kFraction, 1},
    {"FF2", Field::kFraction, 2},
    {"FF3", Field::kFraction, 3},
    {"FF4", Field::kFraction, 4},
    {"FF5", Field::kFraction, 5},
    {"FF6", Field::kFraction, 6},
    {"FX", Field::kNothing},
    {"HH24", Field::kHour24, 2},
    {"HH12", Field::kHour12, 2},
    {"HH", Field::kHour12, 2},
    {"IDDD", Field::kIsoDayOfYear, 3},
    {"ID", Field::kIsoDayOfWeek},
    {"IW", Field::kIsoWeek, 2},
    {"IYYY", Field::kIsoYear, 4},
    {"IYY", Field::kIsoYear, 3},
    {"IY", Field::kIsoYear, 2},
    {"I", Field::kIsoYear, 1},
    {"J", Field::kJulian},
    {"MI", Field::kMinute, 2},
    {"MM", Field::kMonth, 2},
    {"MONTH", Field::kMonthName, 0, true},
    {"MON", Field::kMonthShort, 0, true},
    {"MS", Field::kFraction, 3},
    {"OF", Field::kOffset},
    {"P.M.", Field::kHalfDayDotted},
    {"PM", Field::kHalfDay},
    {"Q", Field::kQuarter},
    {"RM", Field::kRomanMonth},
    {"SSSSS", Field::kSecondOfDay},
    {"SSSS", Field::kSecondOfDay},
    {"SS", Field::kSecond, 2},
    {"TZH", Field::kZoneHour},
    {"TZM", Field::kZoneMinute, 2},
    {"TZ", Field::kZone},
    {"US", Field::kFraction, 6},
    {"WW", Field::kWeekOfYear, 2},
    {"W", Field::kWeekOfMonth},
    {"Y,YYY", Field::kYearWithComma},
    {"YYYY", Field::kYear, 4},
    {"YYY", Field::kYear, 3},
    {"YY", Field::kYear, 2},
    {"Y", Field::kYear, 1},
});

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kRomanNumbers = {"I",   "II",   "III", "IV", "V",  "VI",
                                                            "VII", "VIII", "IX",  "X",  "XI", "XII"};

/// Takes one of PostgreSQL's modifiers off; it is written in capitals or in small letters.
bool take(std::string_view& format, std::string_view word) {
  if (!format.starts_with(word)) return false;
  format.remove_prefix(word.size());
  return true;
}

bool matches(std::string_view format, const Pattern& pattern, Piece& piece) {
  // Most patterns differ in their first letter already.
  if (format.empty() || (format[0] | 0x20) != (pattern.name[0] | 0x20)) return false;
  std::string lower = lower_case(pattern.name);
  std::string capital = lower;
  capital[0] = pattern.name[0];
  if (format.starts_with(pattern.name)) {
    piece.letters = Letters::kUpper;
  } else if (pattern.capital && format.starts_with(capital)) {
    piece.letters = Letters::kCapital;
  } else if (format.starts_with(lower)) {
    piece.letters = Letters::kLower;
  } else {
    return false;
  }
  piece.field = pattern.field;
  piece.digits = pattern.digits;
  return true;
}

bool take_pattern(std::string_view& format, Piece& piece) {
  for (const Pattern& pattern : kPatterns) {
    if (!matches(format, pattern, piece)) continue;
    format.remove_prefix(pattern.name.size());
    if (take(format, "TH")) {
      piece.ordinal = Ordinal::kUpper;
    } else if (take(format, "th")) {
      piece.ordinal = Ordinal::kLower;
    } else {
      take(format, "SP");  // does nothing in PostgreSQL either
    }
    return true;
  }
  return false;
}

/// A time, or an interval, whose parts all have its sign.
struct BrokenTime {
  explicit BrokenTime(int64_t timestamp) : BrokenTime(split_timestamp(timestamp)) {}
  explicit BrokenTime(DayAndTime time) : micros(time.micros), day(time.day) {
    const CivilDate date = civil_from_days(day);
    year = date.year;
    month = date.month;
    day_of_month = date.day;
  }
  explicit BrokenTime(const Interval& value)
      : year(value.months / kMonthsPerYear),
        month(value.months % kMonthsPerYear),
        day_of_month(value.days),
        micros(value.micros),
        interval(true) {}

  int64_t hour() const { return micros / kMicrosPerHour; }
  int64_t minute() const { return micros / kMicrosPerMinute % 60; }
  int64_t second() const { return micros / kMicrosPerSecond % 60; }
  /// PostgreSQL counts 30 days to an interval's months.
  int64_t day_of_year() const {
    constexpr int64_t kDaysPerMonth = 30;
    return interval ? (year * kMonthsPerYear + month) * kDaysPerMonth + day_of_month
                    : part_of_day(TimeUnit::kDayOfYear, day);
  }
  int64_t century() const { return interval ? year / 100 : part_of_day(TimeUnit::kCentury, day); }

  int64_t year = 0;
  int64_t month = 0;
  int64_t day_of_month = 0;
  int64_t micros;   // of the day, of all time below days
  int64_t day = 0;  // since 1970-01-01
  bool interval = false;
};

/// PostgreSQL's: whole years are the twelfth month, and negative months count from the year's end.
std::string_view roman_month(const BrokenTime& time) {
  if (time.month == 0 && time.year == 0) return "";
  int64_t month = time.month;
  if (month == 0) month = time.year > 0 ? kMonthsPerYear : 1;
  if (month < 0) month += kMonthsPerYear + 1;
  return kRomanNumbers[static_cast<size_t>(month - 1)];
}

std::string_view word(const Piece& piece, const BrokenTime& time) {
  constexpr size_t kShort = 3;
  switch (piece.field) {
    case Field::kEraDotted:
      return "A.D.";
    case Field::kEra:
      return "AD";
    case Field::kHalfDayDotted:
      return time.hour() % 24 >= 12 ? "P.M." : "A.M.";
    case Field::kHalfDay:
      return time.hour() % 24 >= 12 ? "PM" : "AM";
    case Field::kDayName:
      return kDays[static_cast<size_t>(iso_day_of_week(time.day) - 1)];
    case Field::kDayShort:
      return kDays[static_cast<size_t>(iso_day_of_week(time.day) - 1)].substr(0, kShort);
    case Field::kMonthName:
      return kMonths[static_cast<size_t>(time.month - 1)];
    case Field::kMonthShort:
      return kMonths[static_cast<size_t>(time.month - 1)].substr(0, kShort);
    case Field::kRomanMonth:
      return roman_month(time);
    case Field::kZone:
      return "UTC";
    case Field::kZoneHour:
      return "+00";
    default:
      return piece.fills ? "+00" : "+0";  // the offset
  }
}

/// To how many characters PostgreSQL fills a word.
size_t word_width(Field field) {
  constexpr size_t kNameWidth = 9;
  constexpr size_t kRomanWidth = 4;
  if (field == Field::kDayName || field == Field::kMonthName) return kNameWidth;
  return field == Field::kRomanMonth ? kRomanWidth : 0;
}

void append_word(const Piece& piece, const BrokenTime& time, std::string& out) {
  size_t begin = out.size();
  out += word(piece, time);
  size_t keep = piece.letters == Letters::kCapital ? 1 : 0;
  if (piece.letters == Letters::kUpper) {
    std::transform(out.begin() + static_cast<ptrdiff_t>(begin), out.end(),
                   out.begin() + static_cast<ptrdiff_t>(begin), ascii_upper);
  } else {
    std::transform(out.begin() + static_cast<ptrdiff_t>(begin + keep), out.end(),
                   out.begin() + static_cast<ptrdiff_t>(begin + keep), ascii_lower);
  }
  if (piece.fills && out.size() > begin)
    out.resize(std::max(out.size(), begin + word_width(piece.field)), ' ');
}

int64_t iso_day_of_year(int64_t day) {
  int64_t week = part_of_day(TimeUnit::kWeek, day);
  return (week - 1) * 7 + iso_day_of_week(day);
}

/// The highest `digits` of the six of a second's fraction.
int64_t fraction(const BrokenTime& time, int digits) {
  int64_t fraction = time.micros % kMicrosPerSecond;
  for (; digits < 6; ++digits) fraction /= 10;
  return fraction;
}

/// The last `digits` of a year; all of them if there are to be four.
int64_t short_year(int64_t year, int digits) {
  constexpr std::array<int64_t, 4> kEnds = {1, 10, 100, 1000};
  return digits == 4 ? year : year % kEnds[static_cast<size_t>(digits)];
}

int64_t number(const Piece& piece, const BrokenTime& time) {
  switch (piece.field) {
    case Field::kCentury:
      return time.century();
    case Field::kDayOfYear:
      return time.day_of_year();
    case Field::kDayOfMonth:
      return time.day_of_month;
    case Field::kDayOfWeek:
      return iso_day_of_week(time.day) % 7 + 1;
    case Field::kFraction:
      return fraction(time, piece.digits);
    case Field::kHour24:
      return time.hour();
    case Field::kHour12:
      return time.hour() % 12 == 0 ? 12 : time.hour() % 12;
    case Field::kIsoDayOfYear:
      return iso_day_of_year(time.day);
    case Field::kIsoDayOfWeek:
      return iso_day_of_week(time.day);
    case Field::kIsoWeek:
      return part_of_day(TimeUnit::kWeek, time.day);
    case Field::kIsoYear:
      return short_year(part_of_day(TimeUnit::kIsoYear, time.day), piece.digits);
    case Field::kJulian:
      return part_of_day(TimeUnit::kJulian, time.day);
    case Field::kMinute:
      return time.minute();
    case Field::kMonth:
      return time.month;
    case Field::kQuarter:
      return (time.month - 1) / 3 + 1;
    case Field::kSecondOfDay:
      return time.micros / kMicrosPerSecond;
    case Field::kSecond:
      return time.second();
    case Field::kWeekOfYear:
      return (time.day_of_year() - 1) / 7 + 1;
    case Field::kWeekOfMonth:
      return (time.day_of_month - 1) / 7 + 1;
    case Field::kYear:
      return short_year(time.year, piece.digits);
    default:
      return 0;  // a zone's minutes
  }
}

/// A sign counts as a digit.
void append_digits(int64_t value, size_t width, std::string& out) {
  std::string digits = std::to_string(value);
  const size_t sign = value < 0 ? 1 : 0;
  if (digits.size() < width) digits.insert(sign, width - digits.size(), '0');
  out += digits;
}

/// To how many digits a number is filled. Only some fields have room for an interval's sign beside them.
size_t number_width(const Piece& piece, const BrokenTime& time, int64_t value) {
  const auto digits = static_cast<size_t>(piece.digits);
  switch (piece.field) {
    case Field::kFraction:  // FM takes no zeroes from a fraction, where they count
    case Field::kZoneMinute:
      return digits;
    case Field::kDayOfMonth:
    case Field::kDayOfYear:
    case Field::kWeekOfYear:
      return piece.fills ? digits : 0;
    case Field::kYear:
      if (digits == 1) return 0;
      value = time.year;
      break;
    default:
      break;
  }
  return piece.fills && digits > 0 ? digits + (value < 0 ? 1 : 0) : 0;
}

void append_number(const Piece& piece, const BrokenTime& time, std::string& out) {
  size_t begin = out.size();
  if (piece.field == Field::kYearWithComma) {
    append_digits(time.year / 1000, 0, out);
    out += ',';
    append_digits(time.year % 1000, 3, out);
  } else if (piece.field == Field::kQuarter && time.month == 0) {
    return;
  } else {
    const int64_t value = number(piece, time);
    append_digits(value, number_width(piece, time, value), out);
  }
  if (piece.ordinal == Ordinal::kNone || piece.field == Field::kZoneMinute) return;
  append_ordinal_ending(out.substr(begin), piece.ordinal == Ordinal::kUpper, out);
}

void append_pieces(std::span<const Piece> pieces, const BrokenTime& time, std::string& out) {
  for (const Piece& piece : pieces) {
    if (piece.field == Field::kText) {
      out += piece.text;
    } else if (piece.field == Field::kNothing) {
      continue;
    } else if (piece.field < Field::kYearWithComma) {
      append_word(piece, time, out);
    } else {
      append_number(piece, time, out);
    }
  }
}

}  // namespace

void TimeFormat::append_text(std::string_view text) {
  if (pieces_.empty() || pieces_.back().field != Field::kText) pieces_.emplace_back();
  pieces_.back().text += text;
}

TimeFormat::TimeFormat(std::string_view format, bool has_zone) {
  bool quoted = false;
  while (!format.empty()) {
    Piece piece;
    if (!quoted) {
      bool fitting = take(format, "FM") || take(format, "fm");
      bool translated = !fitting && (take(format, "TM") || take(format, "tm"));
      if (take_pattern(format, piece)) {
        bool name = piece.field == Field::kDayName || piece.field == Field::kMonthName;
        piece.fills = !fitting && !(translated && name);
        if (piece.field == Field::kZone && !has_zone) piece.field = Field::kNothing;
        pieces_.push_back(std::move(piece));
        continue;
      }
      if (format.empty()) break;
    }
    if (format[0] == '"') {
      quoted = !quoted;
      format.remove_prefix(1);
      continue;
    }
    // Outside of quotes a backslash only matters before a quote.
    bool escapes = format[0] == '\\' && format.size() > 1 && (quoted || format[1] == '"');
    if (escapes) format.remove_prefix(1);
    size_t bytes = character_bytes(format, 0);
    append_text(format.substr(0, bytes));
    format.remove_prefix(bytes);
  }
}

bool TimeFormat::names_a_day() const {
  constexpr auto kOfDays = std::to_array<Field>({
      Field::kEraDotted,
      Field::kEra,
      Field::kDayName,
      Field::kDayShort,
      Field::kMonthName,
      Field::kMonthShort,
      Field::kZone,
      Field::kZoneHour,
      Field::kOffset,
      Field::kDayOfWeek,
      Field::kIsoDayOfYear,
      Field::kIsoDayOfWeek,
      Field::kIsoWeek,
      Field::kIsoYear,
      Field::kJulian,
      Field::kZoneMinute,
  });
  return std::ranges::any_of(
      pieces_, [&](const Piece& piece) { return std::ranges::count(kOfDays, piece.field) > 0; });
}

void TimeFormat::append(int64_t timestamp, std::string& out) const {
  append_pieces(pieces_, BrokenTime(timestamp), out);
}

void TimeFormat::append(const Interval& interval, std::string& out) const {
  append_pieces(pieces_, BrokenTime(interval), out);
}

}  // namespace pactolus
