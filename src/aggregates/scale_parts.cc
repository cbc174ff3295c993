#include "aggregates/scale_parts.h"

#include "data/decimal_digits.h"

namespace pactolus {
namespace {

Words<3> words_of(const Decimal& value) {
  Words<3> words{};
  set_two_words(words, 0, magnitude_of(value));
  return value.is_negative() ? negated(words) : words;
}

Words<4> square_of(const Decimal& value) {
  const Uint128 magnitude = magnitude_of(value);
  Words<2> words{};
  set_two_words(words, 0, magnitude);
  return product(words, words);
}

Words<8> with_sign(const Words<3>& sum) {
  return sum[2] >> 63 != 0 ? negated(resized<8>(negated(sum))) : resized<8>(sum);
}

/// From the smallest scale up: what there is so far gets the next part's scale, and the part is added.
/// Coefficients of 38 digits, 63 scales and 2^64 values are 122 digits, twice as many (less one count) for
/// squares: nothing overflows.
template <class Part, class Include>
void gather(const std::vector<Part>& parts, PartsTotal& total, const Include& include) {
  for (size_t i = parts.size(); i > 0; --i) {
    const Part& part = parts[i - 1];
    const auto exponent = static_cast<uint32_t>(part.scale) - static_cast<uint32_t>(total.scale);
    if (total.negative) total.sum = negated(total.sum);
    multiply_by_power_of_ten(total.sum, exponent);
    if (total.negative) total.sum = negated(total.sum);
    add(total.sum, with_sign(part.sum));
    total.negative = total.sum.back() >> 63 != 0;
    include(part, exponent);
    total.scale = static_cast<int>(part.scale);
  }
  if (total.negative) total.sum = negated(total.sum);
}

}  // namespace

void SumPart::add(const Decimal& value) {
  ++count;
  pactolus::add(sum, words_of(value));
}

void SumPart::retract(const Decimal& value) {
  --count;
  subtract(sum, words_of(value));
}

void SumPart::merge(const SumPart& other) {
  count += other.count;
  pactolus::add(sum, other.sum);
}

void MomentsPart::add(const Decimal& value) {
  ++count;
  pactolus::add(sum, words_of(value));
  pactolus::add(squares, square_of(value));
}

void MomentsPart::retract(const Decimal& value) {
  --count;
  subtract(sum, words_of(value));
  subtract(squares, square_of(value));
}

void MomentsPart::merge(const MomentsPart& other) {
  count += other.count;
  pactolus::add(sum, other.sum);
  pactolus::add(squares, other.squares);
}

PartsTotal total_of(const std::vector<SumPart>& parts) {
  PartsTotal total;
  gather(parts, total, [](const SumPart&, uint32_t) {});
  return total;
}

PartsTotal total_of(const std::vector<MomentsPart>& parts) {
  PartsTotal total;
  gather(parts, total, [&](const MomentsPart& part, uint32_t exponent) {
    multiply_by_power_of_ten(total.squares, 2 * exponent);
    add(total.squares, part.squares);
  });
  return total;
}

std::optional<Decimal> PartsTotal::decimal() const {
  if (!fits(sum, 2) || two_words(sum, 0) >= kCoefficientEnd) return std::nullopt;
  const auto magnitude = static_cast<Int128>(two_words(sum, 0));
  return Decimal(negative ? -magnitude : magnitude, scale);
}

}  // namespace pactolus
