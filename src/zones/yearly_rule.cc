#include "zones/yearly_rule.h"

#include <algorithm>

#include "data/calendar.h"

namespace pactolus {
namespace {

constexpr int64_t kDaySeconds = 86400;
constexpr int32_t kHourSeconds = 3600;
constexpr int32_t kFebruaryEnd = 59;  // the last day of February in a year without leap day

int32_t day_of_week(int64_t day) {  // 0 for Sunday; 1970-01-01 was a Thursday
  return static_cast<int32_t>(day + 4 - floor_divide(day + 4, 7) * 7);
}

/// Takes one element after another off the front of a text.
class PosixScanner {
 public:
  explicit PosixScanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Letters, or anything in angle brackets. None: malformed.
  std::optional<std::string_view> take_abbreviation() {
    constexpr size_t kLongest = 20;  // PostgreSQL has room for 50 characters of both
    bool in_brackets = take('<');
    size_t count = 0;
    if (in_brackets) {
      count = std::min(rest_.find('>'), rest_.size());
    } else {
      while (count < rest_.size() && is_letter(rest_[count])) ++count;
    }
    std::string_view abbreviation = rest_.substr(0, count);
    rest_.remove_prefix(count);
    if (count > kLongest || (in_brackets && !take('>'))) return std::nullopt;
    return abbreviation;
  }

  bool take_number(int32_t min, int32_t max, int32_t& value) {
    size_t count = 0;
    value = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      value = value * 10 + (rest_[count] - '0');
      if (value > max) return false;
    }
    rest_.remove_prefix(count);
    return count > 0 && value >= min;
  }

  /// [+-]hours[:minutes[:seconds]]; up to a week, as PostgreSQL has it.
  bool take_seconds(int32_t& seconds) {
    bool negative = take('-');
    if (!negative) take('+');
    int32_t hours = 0;
    int32_t minutes = 0;
    int32_t rest = 0;
    if (!take_number(0, 7 * 24 - 1, hours)) return false;
    if (take(':')) {
      if (!take_number(0, 59, minutes)) return false;
      if (take(':') && !take_number(0, 60, rest)) return false;
    }
    seconds = hours * kHourSeconds + minutes * 60 + rest;
    if (negative) seconds = -seconds;
    return true;
  }

  /// ,M3.5.0/2 or ,J60 or ,59
  bool take_day(YearlyDay& day) {
    if (!take(',')) return false;
    bool valid = false;
    if (take('M')) {
      day.kind = YearlyDay::kDayOfWeekInMonth;
      valid = take_number(1, 12, day.month) && take('.') && take_number(1, 5, day.week) && take('.') &&
              take_number(0, 6, day.day);
    } else if (take('J')) {
      day.kind = YearlyDay::kJulian;
      valid = take_number(1, 365, day.day);
    } else {
      day.kind = YearlyDay::kDayOfYear;
      valid = take_number(0, 365, day.day);
    }
    day.second = 2 * kHourSeconds;
    return valid && (!take('/') || take_seconds(day.second));
  }

 private:
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  std::string_view rest_;
};

/// The changes of a year in UTC; none in a year that is all daylight saving (tzparse).
std::optional<std::array<ZoneTransition, 2>> changes_of(const YearlyRule& rule, int64_t year) {
  int64_t begin = rule.daylight_begin.in_year(year) - rule.standard_offset;
  int64_t end = rule.standard_begin.in_year(year) - rule.daylight_offset;
  int64_t year_seconds = (is_leap_year(year) ? 366 : 365) * kDaySeconds;
  bool reversed = end < begin;
  bool within = begin < end && end - begin < year_seconds + rule.daylight_offset - rule.standard_offset;
  if (!reversed && !within) return std::nullopt;
  return std::array{ZoneTransition{begin, rule.daylight_offset}, ZoneTransition{end, rule.standard_offset}};
}

/// Whether both changes lie within every year, apart from each other. PostgreSQL's answers to other rules
/// depend on the order in which it happens to write the changes down.
bool is_regular(const YearlyRule& rule) {
  constexpr int64_t kFirst = 2000;  // 28 years have every weekday on every date
  for (int64_t year = kFirst; year < kFirst + 28; ++year) {
    int64_t begin = rule.daylight_begin.in_year(year) - rule.standard_offset;
    int64_t end = rule.standard_begin.in_year(year) - rule.daylight_offset;
    auto [first, last] = std::minmax(begin, end);
    bool within = first >= days_from_civil({year, 1, 2}) * kDaySeconds &&
                  last < days_from_civil({year, 12, 31}) * kDaySeconds;
    if (!within || last - first < kDaySeconds) return false;
  }
  return true;
}

/// The change near a second that `is_better` than all others.
template <class IsCandidate, class IsBetter>
std::optional<ZoneTransition> best_near(const YearlyRule& rule, int64_t second, IsCandidate is_candidate,
                                        IsBetter is_better) {
  int64_t year = civil_from_days(floor_divide(second, kDaySeconds)).year;
  std::optional<ZoneTransition> best;
  for (int64_t near = year - 1; near <= year + 1; ++near) {
    auto changes = changes_of(rule, near);
    if (!changes) continue;
    for (const ZoneTransition& change : *changes) {
      if (is_candidate(change.second) && (!best || is_better(change.second, best->second))) best = change;
    }
  }
  return best;
}

}  // namespace

int64_t YearlyDay::in_year(int64_t year) const {
  int64_t date = 0;
  if (kind == kDayOfWeekInMonth) {
    int64_t first = days_from_civil({year, month, 1});
    int32_t number = (day - day_of_week(first) + 7) % 7 + (week - 1) * 7;
    while (number >= days_in_month(year, month)) number -= 7;
    date = first + number;
  } else {
    date = days_from_civil({year, 1, 1}) + day;
    if (kind == kJulian && !(is_leap_year(year) && day > kFebruaryEnd)) --date;
  }
  return date * kDaySeconds + second;
}

std::optional<ZoneTransition> YearlyRule::last_until(int64_t second) const {
  return best_near(
      *this, second, [second](int64_t change) { return change <= second; },
      [](int64_t a, int64_t b) { return a > b; });
}

std::optional<ZoneTransition> YearlyRule::first_after(int64_t second) const {
  return best_near(
      *this, second, [second](int64_t change) { return change > second; },
      [](int64_t a, int64_t b) { return a < b; });
}

std::optional<PosixZone> parse_posix_zone(std::string_view text) {
  PosixScanner scanner(text);
  int32_t west = 0;
  if (!scanner.take_abbreviation() || !scanner.take_seconds(west)) return std::nullopt;
  PosixZone zone{-west, std::nullopt};
  if (scanner.done()) return zone;
  YearlyRule rule;
  rule.standard_offset = -west;
  rule.daylight_offset = -west + kHourSeconds;
  std::optional<std::string_view> daylight = scanner.take_abbreviation();
  if (!daylight || daylight->empty()) return std::nullopt;  // only the first may be empty
  if (!scanner.at(',')) {
    if (!scanner.take_seconds(west)) return std::nullopt;
    rule.daylight_offset = -west;
  }
  bool valid = scanner.take_day(rule.daylight_begin) && scanner.take_day(rule.standard_begin);
  if (!valid || !scanner.done() || !is_regular(rule)) return std::nullopt;
  zone.rule = rule;
  return zone;
}

}  // namespace pactolus
