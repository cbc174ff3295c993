// Reads ISO 8601's durations (4.4.3.2 with designators, 4.4.3.3 alternative) as PostgreSQL does.
#include <charconv>
#include <cmath>

#include "data/calendar.h"
#include "data/interval_parts.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

using Status = IntervalParts::Status;

struct Number {
  int64_t whole = 0;
  double fraction = 0;
  size_t digits = 0;  // before the point
};

Status in_range(bool ok) { return ok ? Status::kOk : Status::kRange; }

class IsoReader {
 public:
  IsoReader(std::string_view text, IntervalParts& parts) : rest_(text), parts_(parts) {}

  Status run() {
    bool first = true;  // of the date or of the time
    bool any = false;
    while (!rest_.empty()) {
      any = true;
      if (take('T')) {
        in_time_ = true;
        first = true;
        continue;
      }
      Number number;
      Status status = take_number(number);
      if (status == Status::kOk) status = in_time_ ? time_field(number, first) : date_field(number, first);
      if (status != Status::kOk) return status;
      first = false;
      if (alternative_) {
        if (!rest_.empty() && !at_time_) return Status::kSyntax;
        alternative_ = false;
        first = true;
      }
    }
    return any ? Status::kOk : Status::kSyntax;
  }

 private:
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Status take_number(Number& number) {
    constexpr double kLargest = 1e15;
    if (rest_.empty() || !(is_digit(rest_.front()) || rest_.front() == '-' || rest_.front() == '.')) {
      return Status::kSyntax;
    }
    size_t sign = rest_.front() == '-' ? 1 : 0;
    while (sign + number.digits < rest_.size() && is_digit(rest_[sign + number.digits])) ++number.digits;
    double value = 0;
    auto [end, status] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (status != std::errc{}) return Status::kSyntax;
    if (!(std::fabs(value) <= kLargest)) return Status::kRange;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    number.whole = static_cast<int64_t>(value);
    number.fraction = value - static_cast<double>(number.whole);
    return Status::kOk;
  }

  Status date_field(const Number& n, bool first) {
    if (take('Y')) return in_range(parts_.add_years(n.whole, n.fraction, 1));
    if (take('M')) return in_range(parts_.add_months(n.whole, n.fraction));
    if (take('W')) return in_range(parts_.add_days(n.whole, n.fraction, 7));
    if (take('D')) return in_range(parts_.add_days(n.whole, n.fraction, 1));
    bool ends = rest_.empty() || at('T');
    if (!first || (!ends && !take('-'))) return Status::kSyntax;
    alternative_ = true;
    return ends && n.digits == 8 ? basic_date(n) : extended_date(n, ends);
  }

  /// yyyymmdd
  Status basic_date(const Number& n) {
    at_time_ = at('T');
    return in_range(parts_.add_years(n.whole / 10000, 0, 1) && parts_.add_months(n.whole / 100 % 100, 0) &&
                    parts_.add_days(n.whole % 100, n.fraction, 1));
  }

  /// yyyy[-mm[-dd]], of which the year is read.
  Status extended_date(const Number& year, bool ends) {
    if (!parts_.add_years(year.whole, year.fraction, 1)) return Status::kRange;
    Number n;
    if (!ends) {
      Status status = take_number(n);
      if (status != Status::kOk) return status;
      if (!parts_.add_months(n.whole, n.fraction)) return Status::kRange;
      if (take('-')) {
        n = {};
        status = take_number(n);
        if (status != Status::kOk) return status;
        if (!parts_.add_days(n.whole, n.fraction, 1)) return Status::kRange;
      }
    }
    at_time_ = at('T');
    return Status::kOk;
  }

  Status time_field(const Number& n, bool first) {
    if (take('H')) return in_range(parts_.add_micros(n.whole, n.fraction, kMicrosPerHour));
    if (take('M')) return in_range(parts_.add_micros(n.whole, n.fraction, kMicrosPerMinute));
    if (take('S')) return in_range(parts_.add_micros(n.whole, n.fraction, kMicrosPerSecond));
    if (!first || (!rest_.empty() && !at(':'))) return Status::kSyntax;
    alternative_ = true;
    at_time_ = false;
    return rest_.empty() && n.digits == 6 ? basic_time(n) : extended_time(n);
  }

  /// hhmmss
  Status basic_time(const Number& n) {
    return in_range(parts_.add_micros(n.whole / 10000, 0, kMicrosPerHour) &&
                    parts_.add_micros(n.whole / 100 % 100, 0, kMicrosPerMinute) &&
                    parts_.add_micros(n.whole % 100, 0, kMicrosPerSecond) &&
                    parts_.add_micros(0, n.fraction, 1));
  }

  /// hh[:mm[:ss]], of which the hours are read.
  Status extended_time(const Number& hours) {
    if (!parts_.add_micros(hours.whole, hours.fraction, kMicrosPerHour)) return Status::kRange;
    for (int64_t unit : {kMicrosPerMinute, kMicrosPerSecond}) {
      if (!take(':')) break;
      Number n;
      Status status = take_number(n);
      if (status != Status::kOk) return status;
      if (!parts_.add_micros(n.whole, n.fraction, unit)) return Status::kRange;
    }
    return Status::kOk;
  }

  std::string_view rest_;
  IntervalParts& parts_;
  bool in_time_ = false;
  bool alternative_ = false;  // the field just read was a whole date or time of the alternative format
  bool at_time_ = false;      // and a time follows it
};

}  // namespace

IntervalParts::Status read_iso8601_interval(std::string_view text, IntervalParts& parts) {
  return IsoReader(text.substr(1), parts).run();
}

}  // namespace pactolus
