// The functions of text_format.h for timestamptz, timestamp, date and time.
#include <array>
#include <optional>

#include "data/calendar.h"
#include "data/text_format.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

struct DateTime {
  CivilDate date;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t micros = 0;
  int64_t zone_seconds = 0;  // east of UTC
  bool has_time = false;
  bool has_zone = false;

  int64_t time_of_day() const {
    return hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond + micros;
  }
  bool date_in_range() const {
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_in_month(date.year, date.month);
  }
  /// 24:00:00 and 23:59:60 are allowed and mean the next day, as in PostgreSQL.
  bool time_in_range() const {
    return hour <= 24 && minute <= 59 && second <= 60 && time_of_day() <= kMicrosPerDay;
  }
  bool zone_in_range() const { return zone_seconds > -16 * 3600 && zone_seconds < 16 * 3600; }
  /// Only for a DateTime in range.
  int64_t utc_micros() const {
    return days_from_civil(date) * kMicrosPerDay + time_of_day() - zone_seconds * kMicrosPerSecond;
  }
};

/// Takes one element after another off the front of a text.
class DateTimeScanner {
 public:
  explicit DateTimeScanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }

  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_blanks() {
    size_t before = rest_.size();
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() < before;
  }

  std::string_view take_digits() {
    size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    std::string_view digits = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return digits;
  }

  /// A number of `digits_min` digits or more; huge ones saturate, to be refused as out of range.
  template <class T>
  bool take_number(size_t digits_min, T& value) {
    constexpr T kHuge = 1'000'000;
    std::string_view digits = take_digits();
    value = 0;
    for (char c : digits) value = value < kHuge ? static_cast<T>(value * 10 + (c - '0')) : kHuge;
    return digits.size() >= digits_min;
  }

 private:
  std::string_view rest_;
};

bool scan_date(DateTimeScanner& scan, CivilDate& date) {
  return scan.take_number(4, date.year) && scan.take('-') && scan.take_number(1, date.month) &&
         scan.take('-') && scan.take_number(1, date.day);
}

bool scan_time(DateTimeScanner& scan, DateTime& value) {
  if (!scan.take_number(1, value.hour) || !scan.take(':') || !scan.take_number(1, value.minute)) return false;
  value.has_time = true;
  if (!scan.take(':')) return true;
  if (!scan.take_number(1, value.second)) return false;
  if (scan.take('.')) value.micros = parse_fraction(scan.take_digits());
  return true;
}

/// Behind the sign: +1, +01, +0130, +01:30, +01:30:15.
bool scan_offset(DateTimeScanner& scan, bool negative, DateTime& value) {
  std::string_view digits = scan.take_digits();
  if (digits.empty() || digits.size() > 6) return false;
  int64_t hours = 0;
  int64_t minutes = 0;
  int64_t seconds = 0;
  for (char c : digits) hours = hours * 10 + (c - '0');
  if (scan.take(':')) {
    if (!scan.take_number(1, minutes) || (scan.take(':') && !scan.take_number(1, seconds))) return false;
  } else if (digits.size() > 2) {
    minutes = hours % 100;
    hours /= 100;
  }
  constexpr int64_t kOutOfRange = 1'000'000;
  bool valid = minutes <= 59 && seconds <= 59;
  value.zone_seconds = valid ? hours * 3600 + minutes * 60 + seconds : kOutOfRange;
  if (negative) value.zone_seconds = -value.zone_seconds;
  return true;
}

bool scan_zone(DateTimeScanner& scan, DateTime& value) {
  if (scan.take('Z') || scan.take('z')) return true;
  if (scan.take('-')) return scan_offset(scan, true, value);
  return scan.take('+') && scan_offset(scan, false, value);
}

std::optional<DateTime> scan_date_time(std::string_view text) {
  DateTimeScanner scan{trim(text)};
  DateTime value;
  if (!scan_date(scan, value.date)) return std::nullopt;
  bool separated = scan.take_blanks();
  if (!scan.done() && (scan.take('T') || scan.take('t') || (separated && scan.at_digit()))) {
    if (!scan_time(scan, value)) return std::nullopt;
    scan.take_blanks();
  } else if (!separated && scan.at('-')) {
    return std::nullopt;  // a fourth part of the date, not a zone
  }
  value.has_zone = !scan.done();
  if (value.has_zone && !scan_zone(scan, value)) return std::nullopt;
  if (!scan.done()) return std::nullopt;
  return value;
}

/// A time of day alone.
std::optional<DateTime> scan_time_of_day(std::string_view text) {
  DateTimeScanner scan{trim(text)};
  DateTime value;
  if (!scan_time(scan, value)) return std::nullopt;
  scan.take_blanks();
  value.has_zone = !scan.done();
  if (value.has_zone && !scan_zone(scan, value)) return std::nullopt;
  if (!scan.done()) return std::nullopt;
  return value;
}

/// What is written right, but isn't a date, a time or a zone.
std::optional<TextError> refusal(const DateTime& value, std::string_view text) {
  if (value.time_in_range() && !value.zone_in_range()) {
    return TextError{"22009", quoted("time zone displacement out of range:", text)};
  }
  if (!value.time_in_range() || !value.date_in_range()) {
    return TextError{"22008", quoted("date/time field value out of range:", text)};
  }
  return std::nullopt;
}

TextResult<DateTime> parse_date_time(std::string_view text, std::string_view type) {
  auto value = scan_date_time(text);
  if (!value) return invalid_syntax("22007", type, text);
  if (auto refused = refusal(*value, text)) return *std::move(refused);
  return *value;
}

char* put_two_digits(int64_t value, char* p) {
  p[0] = static_cast<char>('0' + value / 10);
  p[1] = static_cast<char>('0' + value % 10);
  return p + 2;
}

char* put_hour_to_second(int64_t micros, char* p) {
  auto seconds = static_cast<int32_t>(micros / kMicrosPerSecond);
  p = put_two_digits(seconds / 3600, p);
  *p++ = ':';
  p = put_two_digits(seconds / 60 % 60, p);
  *p++ = ':';
  return put_two_digits(seconds % 60, p);
}

/// As append_civil() and a separator; years 0 to 9999.
char* put_civil(const CivilDate& date, char separator, char* p) {
  p = put_two_digits(date.year / 100, p);
  p = put_two_digits(date.year % 100, p);
  *p++ = '-';
  p = put_two_digits(date.month, p);
  *p++ = '-';
  p = put_two_digits(date.day, p);
  *p++ = separator;
  return p;
}

/// Year, month and day; years before 1 as their positive number BC, to be marked by append_era.
void append_civil(const CivilDate& date, std::string& out) {
  append_padded(static_cast<uint64_t>(date.year > 0 ? date.year : 1 - date.year), 4, out);
  out.push_back('-');
  append_padded(static_cast<uint64_t>(date.month), 2, out);
  out.push_back('-');
  append_padded(static_cast<uint64_t>(date.day), 2, out);
}

void append_era(const CivilDate& date, std::string& out) {
  if (date.year <= 0) out.append(" BC");
}

/// A second of the years 0001 to 9999 as it is written: 2026-01-01T00:00:00. Results are full of times, and
/// of few different ones: those of their windows. So each thread keeps some.
class SecondText {
 public:
  static constexpr size_t kSize = 19;
  static constexpr size_t kSeparator = 10;

  /// The texts of this thread; `second` since 1970. Valid until the next call.
  static const char* of(int64_t second) {
    thread_local std::array<SecondText, 64> kept;
    SecondText& text = kept[static_cast<uint64_t>(second) * 0x9E3779B97F4A7C15 >> 58];  // Fibonacci hashing
    if (text.second_ != second) text.write(second);
    return text.text_;
  }

 private:
  void write(int64_t second) {
    second_ = second;
    const int64_t day = floor_divide(second, kMicrosPerDay / kMicrosPerSecond);
    char* p = put_civil(civil_from_days(day), 'T', text_);
    put_hour_to_second((second - day * (kMicrosPerDay / kMicrosPerSecond)) * kMicrosPerSecond, p);
  }

  int64_t second_ = INT64_MIN;
  char text_[kSize] = {};
};

void append_date_time(int64_t micros, char separator, std::string_view zone, std::string& out) {
  const int64_t second = floor_divide(micros, kMicrosPerSecond);
  if (micros >= kTimestampMin && micros <= kTimestampMax) {
    out.append(SecondText::of(second), SecondText::kSize);
    out[out.size() - SecondText::kSize + SecondText::kSeparator] = separator;
    append_fraction(micros - second * kMicrosPerSecond, out);
    out.append(zone);
    return;
  }
  const CivilDate date = civil_from_days(floor_divide(micros, kMicrosPerDay));
  append_civil(date, out);
  out.push_back(separator);
  const int64_t remainder = micros % kMicrosPerDay;  // a day's beginning may be beyond 64 bits
  append_time(remainder < 0 ? remainder + kMicrosPerDay : remainder, out);
  out.append(zone);
  append_era(date, out);
}

/// A number of exactly two digits at `p`, or -1.
int two_digits(const char* p) {
  return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

/// A fraction of the seconds off the front, if there is one.
bool take_rfc3339_fraction(std::string_view& tail, DateTime& value) {
  if (!tail.starts_with('.')) return true;
  size_t count = 0;
  while (1 + count < tail.size() && is_digit(tail[1 + count])) ++count;
  if (count == 0) return false;
  value.micros = parse_fraction(tail.substr(1, count));
  tail.remove_prefix(1 + count);
  return true;
}

bool scan_rfc3339_zone(std::string_view tail, DateTime& value) {
  if (tail == "Z" || tail == "z") return true;
  if (tail.size() != 6 || (tail[0] != '+' && tail[0] != '-') || tail[3] != ':') return false;
  int hours = two_digits(tail.data() + 1);
  int minutes = two_digits(tail.data() + 4);
  if (hours < 0 || minutes < 0 || hours > 23 || minutes > 59) return false;
  value.zone_seconds = (tail[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

/// RFC 3339's time off the front, 10:00:00.5.
bool take_rfc3339_time(std::string_view& text, DateTime& value) {
  constexpr size_t kSecondsEnd = 8;
  if (text.size() < kSecondsEnd || text[2] != ':' || text[5] != ':') return false;
  value.hour = two_digits(text.data());
  value.minute = two_digits(text.data() + 3);
  value.second = two_digits(text.data() + 6);
  text.remove_prefix(kSecondsEnd);
  const bool digits = value.hour >= 0 && value.minute >= 0 && value.second >= 0;
  return digits && take_rfc3339_fraction(text, value) && value.time_in_range() && value.hour != 24;
}

/// RFC 3339's date and time, with its zone or without one.
std::optional<int64_t> parse_strictly(std::string_view text, bool has_zone) {
  constexpr size_t kTimeBegin = 11;  // 2026-01-01T
  if (text.size() < kTimeBegin) return std::nullopt;
  const char* p = text.data();
  bool separated = p[4] == '-' && p[7] == '-' && (p[10] == 'T' || p[10] == 't' || p[10] == ' ');
  int century = two_digits(p);
  int year = two_digits(p + 2);
  DateTime value;
  value.date = {century * 100 + year, two_digits(p + 5), two_digits(p + 8)};
  std::string_view tail = text.substr(kTimeBegin);
  if (!separated || century < 0 || year < 0 || !take_rfc3339_time(tail, value)) return std::nullopt;
  if (has_zone ? !scan_rfc3339_zone(tail, value) : !tail.empty()) return std::nullopt;
  if (!value.date_in_range()) return std::nullopt;
  int64_t micros = value.utc_micros();
  if (micros < kTimestampMin || micros > kTimestampMax) return std::nullopt;
  return micros;
}

/// What to do with a zone in the text.
enum class Zone : uint8_t { kCounts, kDropped, kRefused };

TextResult<int64_t> parse_micros(std::string_view text, std::string_view type, Zone zone) {
  DateTime value = PACTOLUS_TRY(parse_date_time(text, type));
  if (zone == Zone::kRefused && value.has_zone) return invalid_syntax("22007", type, text);
  if (zone == Zone::kDropped) value.zone_seconds = 0;
  int64_t micros = value.utc_micros();
  if (micros < kTimestampMin || micros > kTimestampMax) {
    return TextError{"22008", quoted("timestamp out of range:", text)};
  }
  return micros;
}

constexpr std::string_view kTimestampName = "timestamp without time zone";
constexpr std::string_view kTimeName = "time";

}  // namespace

TextResult<int64_t> parse_timestamptz(std::string_view text) {
  return parse_micros(text, "timestamp with time zone", Zone::kCounts);
}
TextResult<int64_t> parse_timestamp(std::string_view text) {
  return parse_micros(text, kTimestampName, Zone::kDropped);
}
TextResult<int64_t> parse_timestamp_without_zone(std::string_view text) {
  return parse_micros(text, kTimestampName, Zone::kRefused);
}

TextResult<int32_t> parse_date(std::string_view text) {
  DateTime value = PACTOLUS_TRY(parse_date_time(text, "date"));
  return static_cast<int32_t>(days_from_civil(value.date));
}

TextResult<int64_t> parse_time(std::string_view text) {
  auto value = scan_time_of_day(text);
  if (!value) value = scan_date_time(text);
  if (!value || !value->has_time) return invalid_syntax("22007", kTimeName, text);
  if (auto refused = refusal(*value, text)) return *std::move(refused);
  return value->time_of_day();
}

std::optional<int64_t> parse_iso_time(std::string_view text) {
  DateTime value;
  if (!take_rfc3339_time(text, value) || !text.empty()) return std::nullopt;
  return value.time_of_day();
}

std::optional<int64_t> parse_rfc3339(std::string_view text) { return parse_strictly(text, true); }
std::optional<int64_t> parse_iso_timestamp(std::string_view text) { return parse_strictly(text, false); }

void append_timestamptz(int64_t micros, std::string& out) { append_date_time(micros, ' ', "+00", out); }
void append_rfc3339(int64_t micros, std::string& out) { append_date_time(micros, 'T', "Z", out); }
void append_timestamp(int64_t micros, std::string& out) { append_date_time(micros, ' ', "", out); }
void append_iso_timestamp(int64_t micros, std::string& out) { append_date_time(micros, 'T', "", out); }

void append_time(int64_t micros, std::string& out) {
  char text[sizeof "00:00:00"];
  out.append(text, static_cast<size_t>(put_hour_to_second(micros, text) - text));
  append_fraction(micros % kMicrosPerSecond, out);
}

void append_date(int32_t days, std::string& out) {
  CivilDate date = civil_from_days(days);
  append_civil(date, out);
  append_era(date, out);
}

}  // namespace pactolus
