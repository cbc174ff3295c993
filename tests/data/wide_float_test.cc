#include "data/wide_float.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "data/decimal_digits.h"

namespace pactolus {
namespace {

constexpr int kRounds = 500;
constexpr int64_t kGoodBits = WideFloat::kBits - 34;  // what is left after the errors of a few steps

/// Any positive decimal.
Decimal random_decimal(std::mt19937_64& random) {
  Uint128 bits = (static_cast<Uint128>(random()) << 64 | random()) >> (random() % 128);
  return {static_cast<Int128>(bits % (kCoefficientEnd - 1)) + 1, static_cast<int>(random() % 45)};
}

/// How many binary digits two positive numbers share.
int64_t equal_bits(const WideFloat& a, const WideFloat& b) {
  WideFloat difference = a - b;
  return difference.is_zero() ? WideFloat::kBits : a.highest_bit() - difference.highest_bit();
}

}  // namespace

TEST_CASE("wide float: what fits is exact") {
  std::mt19937_64 random(1);
  for (int round = 0; round < kRounds; ++round) {
    WideFloat a(magnitude_of(random_decimal(random)));
    WideFloat b(magnitude_of(random_decimal(random)), random() % 2 == 0);
    CHECK((a + b - b - a).is_zero());
    CHECK((a * b / b - a).is_zero());
    CHECK((a * a * a - a.raised_to(3)).is_zero());
    CHECK((a.divided_by(8) - a.times_power_of_two(-3)).is_zero());
  }
  CHECK((WideFloat::power_of_ten(100) * WideFloat::power_of_ten(-100) - WideFloat(1)).highest_bit() <
        -kGoodBits);
}

TEST_CASE("wide float: rounding is half away from zero, and refuses what is too large") {
  CHECK(*WideFloat(5).times_power_of_two(-1).rounded() == 3);
  CHECK(*WideFloat(1).times_power_of_two(-1).rounded() == 1);
  CHECK(*WideFloat(1).times_power_of_two(-2).rounded() == 0);
  CHECK(*(WideFloat(1).times_power_of_two(-1) - WideFloat(1).times_power_of_two(-200)).rounded() == 0);
  CHECK(*WideFloat(kCoefficientEnd).rounded() == kCoefficientEnd);
  CHECK(*WideFloat().rounded() == 0);
  CHECK_FALSE(WideFloat(1).times_power_of_two(127).rounded().has_value());
  CHECK(WideFloat(1).divided_by(3).to_double() == 1.0 / 3);
  CHECK(WideFloat(3, true).times_power_of_two(-1).to_double() == -1.5);
}

TEST_CASE("wide float: exponential and logarithm undo each other") {
  std::mt19937_64 random(2);
  for (int round = 0; round < kRounds; ++round) {
    WideFloat value(random_decimal(random));
    CHECK(equal_bits(value, exponential(logarithm(value))) > kGoodBits);
    WideFloat product = value * WideFloat(7).divided_by(3);
    WideFloat difference = logarithm(product) - logarithm(value) - logarithm(WideFloat(7).divided_by(3));
    CHECK((difference.is_zero() || difference.highest_bit() < -kGoodBits + 8));
  }
  CHECK(logarithm(WideFloat(1)).is_zero());
  CHECK(exponential(WideFloat(1)).to_double() == std::exp(1.0));
  CHECK(logarithm(WideFloat(10)).to_double() == std::log(10.0));
}

}  // namespace pactolus
