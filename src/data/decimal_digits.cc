#include "data/decimal_digits.h"

namespace pactolus {
namespace {

/// One 64-bit digit of the quotient of (remainder, next) by a divisor whose highest bit is set; updates the
/// remainder.
uint64_t next_digit(Uint128& remainder, uint64_t next, Uint128 divisor) {
  auto divisor_high = static_cast<uint64_t>(divisor >> 64);
  auto divisor_low = static_cast<uint64_t>(divisor);
  Uint128 digit = remainder / divisor_high;
  Uint128 rest = remainder % divisor_high;
  // The estimate from the leading digits is at most two too high.
  while (!fits_64_bits(digit) || digit * divisor_low > ((rest << 64) | next)) {
    --digit;
    rest += divisor_high;
    if (!fits_64_bits(rest)) break;
  }
  remainder = ((remainder << 64) | next) - digit * divisor;
  return static_cast<uint64_t>(digit);
}

}  // namespace

Quotient divide_wide(Uint256 dividend, Uint128 divisor) {
  if (dividend.high == 0) return {dividend.low / divisor, dividend.low % divisor};
  int shift = 128 - bit_length(divisor);
  divisor <<= shift;
  Uint128 remainder = dividend.high << shift;
  if (shift > 0) remainder |= dividend.low >> (128 - shift);
  Uint128 low = dividend.low << shift;
  uint64_t high_digit = next_digit(remainder, static_cast<uint64_t>(low >> 64), divisor);
  uint64_t low_digit = next_digit(remainder, static_cast<uint64_t>(low), divisor);
  return {(static_cast<Uint128>(high_digit) << 64) | low_digit, remainder >> shift};
}

/// By Newton's method from above.
Uint128 rounded_root(Uint256 square) {
  if (square.high == 0 && square.low == 0) return 0;
  const int bits = square.high != 0 ? 128 + bit_length(square.high) : bit_length(square.low);
  const int root_bits = (bits + 1) / 2;
  Uint128 root = root_bits < 128 ? static_cast<Uint128>(1) << root_bits : ~static_cast<Uint128>(0);
  for (;;) {
    const Uint128 quotient = divide_wide(square, root).quotient;
    const Uint128 next = (root & quotient) + ((root ^ quotient) >> 1);  // their mean
    if (next >= root) break;
    root = next;
  }
  const Uint128 rest = square.low - root * root;  // at most 2 root
  return rest > root ? root + 1 : root;           // (root + 1/2)^2 = root^2 + root + 1/4
}

}  // namespace pactolus
