#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/type.h"

namespace pactolus {

/// An interval while it is being read: fractions of a unit run over into smaller ones as in PostgreSQL's
/// datetime.c (a month has 30 days, a day 24 hours; fractions of years become whole months). Adders give
/// false on overflow.
class IntervalParts {
 public:
  enum class Status : uint8_t { kOk, kSyntax, kRange };

  /// (value + fraction) * scale microseconds.
  bool add_micros(int64_t value, double fraction, int64_t scale);
  bool add_days(int64_t value, double fraction, int32_t scale);
  bool add_months(int64_t value, double fraction);
  bool add_years(int64_t value, double fraction, int32_t scale);
  /// Sets the time of day, replacing what smaller units added. kRange: a field is beyond what a clock shows.
  Status set_time(int64_t hours, int64_t minutes, int64_t seconds, int64_t micros, bool negative);
  bool negate();
  /// None if the months overflow.
  std::optional<Interval> interval() const;

 private:
  bool add_fraction_of_days(double days);

  int64_t micros_ = 0;
  int32_t days_ = 0;
  int32_t months_ = 0;
  int32_t years_ = 0;
};

/// Reads ISO 8601's `P…` notations, `text` beginning with P.
IntervalParts::Status read_iso8601_interval(std::string_view text, IntervalParts& parts);

}  // namespace pactolus
