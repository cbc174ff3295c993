// The functions of text_format.h for intervals in PostgreSQL's own notation; interval_iso8601.cc reads the
// other one.
#include <array>
#include <charconv>
#include <optional>

#include "base/nearest_name.h"
#include "data/calendar.h"
#include "data/interval_parts.h"
#include "data/interval_tokens.h"
#include "data/text_format.h"
#include "data/text_scan.h"
#include "data/time_unit.h"

namespace pactolus {
namespace {

using Status = IntervalParts::Status;
using Token = IntervalToken;

using Unit = TimeUnit;

/// A unit may stand only once in an interval.
constexpr uint32_t bit(Unit unit) { return 1u << static_cast<unsigned>(unit); }
constexpr uint32_t kSecondBits = bit(Unit::kSecond) | bit(Unit::kMilliseconds) | bit(Unit::kMicroseconds);
constexpr uint32_t kTimeBits = kSecondBits | bit(Unit::kMinute) | bit(Unit::kHour);

/// The unit that a word names, if intervals can count it.
std::optional<Unit> find_unit(std::string_view word) {
  std::optional<Unit> unit = find_time_unit(word);
  const bool counts = unit && *unit <= Unit::kMillennium && *unit != Unit::kQuarter;
  return counts ? unit : std::nullopt;
}

/// Interprets tokens from the right to the left: a unit stands behind its number.
class Interpreter {
 public:
  Status run(const IntervalTokens& tokens, IntervalParts& parts) {
    for (size_t i = tokens.count; i-- > 0;) {
      uint32_t found = 0;
      Status status = interpret(tokens.list[i], parts, found);
      if (status != Status::kOk) return status;
      if ((found & seen_) != 0) return Status::kSyntax;
      seen_ |= found;
    }
    if (seen_ == 0) return Status::kSyntax;
    return ago_ && !parts.negate() ? Status::kRange : Status::kOk;
  }

 private:
  Status interpret(const Token& token, IntervalParts& parts, uint32_t& found) {
    if (token.kind == Token::kWord) return word(lower_case(token.text));
    if (token.kind == Token::kZone) return Status::kSyntax;
    if (token.kind == Token::kTime) {
      found = kTimeBits;
      unit_ = Unit::kDay;
      unit_missing_ = false;
      return time(token, parts);
    }
    return number(token, parts, found);
  }

  Status word(const std::string& name) {
    ago_ = ago_ || name == "ago";
    unit_ = find_unit(name);
    unit_missing_ = !unit_;
    return unit_ || name == "ago" ? Status::kOk : Status::kSyntax;
  }

  /// PostgreSQL tries a signed time as a number next, which it can't be.
  static Status refuse(const Token& token, Status status) {
    return token.is_signed ? Status::kSyntax : status;
  }

  /// hh:mm, hh:mm:ss[.fraction] or mm:ss.fraction.
  static Status time(const Token& token, IntervalParts& parts) {
    std::array<int64_t, 3> fields{};
    size_t count = 0;
    std::string_view rest = token.text;
    int64_t micros = 0;
    for (;;) {
      if (take_integer(rest, fields[count]) == Status::kRange) return refuse(token, Status::kRange);
      ++count;  // an empty field is 0
      if (rest.empty() || rest.front() != ':' || count == fields.size()) break;
      rest.remove_prefix(1);
    }
    if (!rest.empty()) {
      if (rest.front() != '.' || !all_digits(rest.substr(1)) || count < 2) return Status::kSyntax;
      micros = parse_fraction(rest.substr(1));
      if (count == 2) fields = {0, fields[0], fields[1]};
    }
    Status status = parts.set_time(fields[0], fields[1], fields[2], micros, token.negative);
    return status == Status::kOk ? status : refuse(token, status);
  }

  Status number(const Token& token, IntervalParts& parts, uint32_t& found) {
    int64_t whole = 0;
    double fraction = 0;
    std::string_view rest = token.text;
    if (!rest.starts_with('.')) {
      Status status = take_integer(rest, whole);
      if (status != Status::kOk) return status;
    }
    if (rest.starts_with('-')) {
      rest.remove_prefix(1);
      int64_t months = 0;
      Status status = take_integer(rest, months);
      if (status == Status::kRange || months < 0 || months > 11) return Status::kRange;
      if (!rest.empty()) return Status::kSyntax;
      if (__builtin_mul_overflow(whole, 12, &whole) || __builtin_add_overflow(whole, months, &whole)) {
        return Status::kRange;
      }
      unit_ = Unit::kMonth;
      unit_missing_ = false;
    } else if (!rest.empty()) {
      if (!read_fraction(rest, fraction)) return Status::kSyntax;
    }
    if (token.negative) {
      whole = -whole;
      fraction = -fraction;
    }
    if (unit_missing_) return Status::kSyntax;
    Unit unit = unit_.value_or(Unit::kSecond);
    found = unit == Unit::kSecond && fraction != 0 ? kSecondBits : bit(unit);
    if (unit == Unit::kHour) unit_ = Unit::kDay;
    return add(unit, whole, fraction, parts) ? Status::kOk : Status::kRange;
  }

  static bool add(Unit unit, int64_t whole, double fraction, IntervalParts& parts) {
    switch (unit) {
      case Unit::kMicroseconds:
        return parts.add_micros(whole, fraction, 1);
      case Unit::kMilliseconds:
        return parts.add_micros(whole, fraction, 1000);
      case Unit::kSecond:
        return parts.add_micros(whole, fraction, kMicrosPerSecond);
      case Unit::kMinute:
        return parts.add_micros(whole, fraction, kMicrosPerMinute);
      case Unit::kHour:
        return parts.add_micros(whole, fraction, kMicrosPerHour);
      case Unit::kDay:
        return parts.add_days(whole, fraction, 1);
      case Unit::kWeek:
        return parts.add_days(whole, fraction, 7);
      case Unit::kMonth:
        return parts.add_months(whole, fraction);
      case Unit::kYear:
        return parts.add_years(whole, fraction, 1);
      case Unit::kDecade:
        return parts.add_years(whole, fraction, 10);
      case Unit::kCentury:
        return parts.add_years(whole, fraction, 100);
      default:  // kMillennium
        break;
    }
    return parts.add_years(whole, fraction, 1000);
  }

  static bool all_digits(std::string_view text) {
    for (char c : text) {
      if (!is_digit(c)) return false;
    }
    return true;
  }

  /// ".5"; a point alone is 0.
  static bool read_fraction(std::string_view text, double& fraction) {
    if (text.front() != '.' || !all_digits(text.substr(1))) return false;
    if (text.size() == 1) return true;
    std::string number = "0" + std::string{text};
    return std::from_chars(number.data(), number.data() + number.size(), fraction).ec == std::errc{};
  }

  static Status take_integer(std::string_view& text, int64_t& value) {
    auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status == std::errc::result_out_of_range) return Status::kRange;
    if (status != std::errc{}) return Status::kSyntax;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return Status::kOk;
  }

  std::optional<Unit> unit_;   // none: seconds, for the last number of the text
  bool unit_missing_ = false;  // the word to the right was no unit
  bool ago_ = false;
  uint32_t seen_ = 0;
};

/// Appends "[ ]-2 days"; a positive part behind a negative one gets a plus.
void append_part(int64_t value, std::string_view unit, bool& first, bool& after_negative, std::string& out) {
  if (value == 0) return;
  if (!first) out.push_back(' ');
  if (after_negative && value > 0) out.push_back('+');
  append_integer(value, out);
  out.append(" ").append(unit);
  if (value != 1) out.push_back('s');
  after_negative = value < 0;
  first = false;
}

}  // namespace

TextResult<Interval> parse_interval(std::string_view text) {
  constexpr size_t kBytesMax = 255;  // PostgreSQL's buffer has 256
  IntervalParts parts;
  Status status = Status::kSyntax;
  if (text.starts_with('P')) {
    status = read_iso8601_interval(text, parts);
  } else if (IntervalTokens tokens; text.size() <= kBytesMax && split_interval(text, tokens)) {
    status = Interpreter{}.run(tokens, parts);
  }
  if (status == Status::kSyntax) return invalid_syntax("22007", "interval", text);
  if (status == Status::kRange) return TextError{"22015", quoted("interval field value out of range:", text)};
  auto value = parts.interval();
  if (!value) return TextError{"22008", "interval out of range"};
  return *value;
}

void append_interval(const Interval& value, std::string& out) {
  bool first = true;
  bool after_negative = false;
  append_part(value.months / 12, "year", first, after_negative, out);
  append_part(value.months % 12, "mon", first, after_negative, out);
  append_part(value.days, "day", first, after_negative, out);
  if (!first && value.micros == 0) return;
  if (!first) out.push_back(' ');
  bool negative = value.micros < 0;
  if (negative || after_negative) out.push_back(negative ? '-' : '+');
  uint64_t micros = negative ? 0 - static_cast<uint64_t>(value.micros) : static_cast<uint64_t>(value.micros);
  append_padded(micros / kMicrosPerHour, 2, out);
  out.push_back(':');
  append_padded(micros / kMicrosPerMinute % 60, 2, out);
  out.push_back(':');
  append_padded(micros / kMicrosPerSecond % 60, 2, out);
  append_fraction(static_cast<int64_t>(micros % kMicrosPerSecond), out);
}

}  // namespace pactolus
