#include "operators/aggregation/row_comparison.h"

#include <bit>

namespace pactolus {
namespace {

template <class T>
bool same_value(const T& a, const T& b) {
  return a == b;
}
/// By bits: -0 is written differently from 0, and NaN is written like NaN.
bool same_value(double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); }
bool same_value(const Decimal& a, const Decimal& b) {
  return a.coefficient() == b.coefficient() && a.scale() == b.scale();
}

}  // namespace

bool same_slot(const Column& a, uint32_t row_a, const Column& b, uint32_t row_b) {
  if (a.is_null(row_a) || b.is_null(row_b)) return a.is_null(row_a) == b.is_null(row_b);
  return visit_physical(a.type().kind,
                        [&]<class T>() { return same_value(a.values<T>()[row_a], b.values<T>()[row_b]); });
}

}  // namespace pactolus
