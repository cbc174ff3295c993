#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <string_view>

#include "data/jsonb/jsonb_order.h"
#include "data/padding.h"
#include "data/type.h"

namespace pactolus {

/// An interval as PostgreSQL orders it: a month counts 30 days, a day 24 hours. Equal for intervals that
/// compare equal.
inline Int128 order_span(const Interval& interval) {
  int64_t days = static_cast<int64_t>(interval.months) * 30 + interval.days;
  return static_cast<Int128>(days) * kMicrosPerDay + interval.micros;
}

/// PostgreSQL's order of two non-null values of one type (the columns' physical types): negative, zero or
/// positive. Texts compare byte by byte (collation "C"), padded ones without their padding, NaN equals NaN
/// and is greater than every other double.
template <class T>
int compare_values(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}
inline int compare_values(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  return a < b ? -1 : (b < a ? 1 : 0);
}
inline int compare_values(const Decimal& a, const Decimal& b) {
  auto order = a <=> b;
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}
inline int compare_values(std::string_view a, std::string_view b) { return a.compare(b); }
inline int compare_values(PaddedText a, PaddedText b) {
  return without_padding(a).compare(without_padding(b));
}
inline int compare_values(JsonbText a, JsonbText b) { return compare_jsonb(a, b); }
/// Element by element, a null one being the greatest; then the shorter one is the lesser.
int compare_values(ArrayImage a, ArrayImage b);
inline int compare_values(const Interval& a, const Interval& b) {
  return compare_values(order_span(a), order_span(b));
}

}  // namespace pactolus
