#pragma once

#include "data/type.h"

namespace pactolus {

/// Part by part. False: out of range.
bool add_intervals(Interval& out, const Interval& a, const Interval& b);
bool subtract_intervals(Interval& out, const Interval& a, const Interval& b);
/// Each part is multiplied by itself; fractions of months and days cascade down, a month being 30 days
/// (PostgreSQL's interval_mul). False: out of range.
bool multiply_interval(Interval& out, const Interval& span, double factor);
/// The same with a divisor, which must not be 0 (interval_div).
bool divide_interval(Interval& out, const Interval& span, double divisor);

}  // namespace pactolus
