#include "aggregates/numeric_sum.h"

#include "aggregates/words.h"

namespace pactolus {
namespace {

/// Multiplies a two's complement number by 10^exponent. False: it doesn't fit.
bool scale_up(Words<3>& words, uint32_t exponent) {
  bool negative = words[2] >> 63 != 0;
  if (negative) words = negated(words);
  bool fits = multiply_by_power_of_ten(words, exponent) && words[2] >> 63 == 0;  // room for a sign
  if (negative) words = negated(words);
  return fits;
}

}  // namespace

void NumericSum::raise_scale(uint32_t wanted) {
  Words<3> words = {low, middle, static_cast<uint64_t>(high)};
  if (!scale_up(words, wanted - scale)) overflowed = 1;
  low = words[0];
  middle = words[1];
  high = static_cast<int64_t>(words[2]);
  scale = wanted;
}

void NumericSum::add_scaled(Int128 coefficient, uint32_t value_scale) {
  if (value_scale > scale) raise_scale(value_scale);
  Words<3> words = {static_cast<uint64_t>(coefficient), static_cast<uint64_t>(coefficient >> 64),
                    coefficient < 0 ? ~uint64_t{0} : 0};
  if (!scale_up(words, scale - value_scale)) overflowed = 1;
  add_words(words[0], words[1], static_cast<int64_t>(words[2]));
}

void NumericSum::merge(const NumericSum& other) {
  NumericSum scaled = other;
  if (scaled.scale < scale) scaled.raise_scale(scale);
  if (scale < scaled.scale) raise_scale(scaled.scale);
  count += other.count;
  overflowed |= scaled.overflowed;
  add_words(scaled.low, scaled.middle, scaled.high);
}

std::optional<Decimal> NumericSum::total() const {
  bool fits_128_bits = high == static_cast<int64_t>(middle) >> 63;
  if (overflowed || !fits_128_bits) return std::nullopt;
  auto coefficient = static_cast<Int128>((static_cast<Uint128>(middle) << 64) | low);
  constexpr auto kEnd = static_cast<Int128>(kCoefficientEnd);
  if (coefficient >= kEnd || coefficient <= -kEnd) return std::nullopt;
  return Decimal(coefficient, static_cast<int>(scale));
}

}  // namespace pactolus
