#include "aggregates/pair_moments.h"

namespace pactolus {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void infinite_to_nan(double& value) {
  if (std::isinf(value)) value = kNaN;
}

/// Of two states, whose means lie `apart`, together.
double combined(double a, double b, double weight, double apart, double other_apart, double count,
                uint64_t& overflowed) {
  double result = a + b + weight * apart * other_apart / count;
  if (newly_infinite(result, a, b)) overflowed = 1;
  return result;
}

}  // namespace

void PairMoments::add(double y, double x) {
  const PairMoments before = *this;
  count += 1;
  sum_x += x;
  sum_y += y;
  if (before.count == 0) {
    if (!std::isfinite(x)) squares_x = products = kNaN;
    if (!std::isfinite(y)) squares_y = products = kNaN;
    return;
  }
  const double deviation_x = x * count - sum_x;
  const double deviation_y = y * count - sum_y;
  const double scale = 1.0 / (count * before.count);
  squares_x += deviation_x * deviation_x * scale;
  squares_y += deviation_y * deviation_y * scale;
  products += deviation_x * deviation_y * scale;
  const bool finite_x = !std::isinf(before.sum_x) && !std::isinf(x);
  const bool finite_y = !std::isinf(before.sum_y) && !std::isinf(y);
  if ((finite_x && (std::isinf(sum_x) || std::isinf(squares_x))) ||
      (finite_y && (std::isinf(sum_y) || std::isinf(squares_y))) ||
      (finite_x && finite_y && std::isinf(products))) {
    overflowed = 1;
  }
  infinite_to_nan(squares_x);
  infinite_to_nan(squares_y);
  infinite_to_nan(products);
}

void PairMoments::merge(const PairMoments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const PairMoments before = *this;
  const double apart_x = mean_difference(count, sum_x, other.count, other.sum_x);
  const double apart_y = mean_difference(count, sum_y, other.count, other.sum_y);
  const double weight = count * other.count;
  count += other.count;
  sum_x += other.sum_x;
  sum_y += other.sum_y;
  overflowed |= other.overflowed;
  if (newly_infinite(sum_x, before.sum_x, other.sum_x) || newly_infinite(sum_y, before.sum_y, other.sum_y))
    overflowed = 1;
  squares_x = combined(squares_x, other.squares_x, weight, apart_x, apart_x, count, overflowed);
  squares_y = combined(squares_y, other.squares_y, weight, apart_y, apart_y, count, overflowed);
  products = combined(products, other.products, weight, apart_x, apart_y, count, overflowed);
}

}  // namespace pactolus
