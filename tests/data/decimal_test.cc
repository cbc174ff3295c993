#include "data/decimal.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "data/decimal_digits.h"

namespace pactolus {
namespace {

Decimal dec(std::string_view text) {
  auto value = Decimal::parse(text);
  REQUIRE(value.has_value());
  return *value;
}

std::string show(const std::optional<Decimal>& value) { return value ? value->to_string() : "none"; }

const std::string kLargest(38, '9');

TEST_CASE("decimal: square roots of 255 bits are rounded to the nearest") {
  const Uint128 largest = static_cast<Uint128>(0xB504F333F9DE6484) << 64;  // below 2^127.5
  std::mt19937_64 random{7};
  for (int i = 0; i < 2000; ++i) {
    const Uint128 bits = (static_cast<Uint128>(random()) << 64) | random();
    const Uint128 root = i == 0 ? largest : std::max<Uint128>(1, (bits % largest) >> (random() % 127));
    const Uint256 square = multiply_wide(root, root);
    const Uint256 middle = multiply_wide(root, root + 1);  // the last below (root + 1/2)^2
    CHECK(rounded_root(square) == root);
    CHECK(rounded_root(middle) == root);
    const Uint128 low = middle.low + 1;
    CHECK(rounded_root({middle.high + (low == 0 ? 1 : 0), low}) == root + 1);
  }
  CHECK(rounded_root({0, 0}) == 0);
}

}  // namespace

TEST_CASE("decimal: reading and writing keeps every digit and the scale") {
  for (const char* text :
       {"0", "1", "-1", "1.50", "-0.05", "0.00", "12345678901234567890123456789012345678",
        "-0.00000000000000000000000000000000000001", "18446744073709551616", "9223372036854775808"}) {
    CHECK(dec(text).to_string() == text);
  }
  CHECK(dec(" +1.5 ").to_string() == "1.5");
  CHECK(dec(".5").to_string() == "0.5");
  CHECK(dec("5.").to_string() == "5");
  CHECK(dec("-0.0").to_string() == "0.0");
  CHECK(dec("1.50e1").to_string() == "15.0");
  CHECK(dec("15e-3").to_string() == "0.015");
  CHECK(dec("0e40").to_string() == "0");
  CHECK(dec("000000000000000000000000000000000000000000001").to_string() == "1");
}

TEST_CASE("decimal: malformed text is told from a number that is too large") {
  auto why = [](std::string_view text) {
    Decimal::ParseError error{};
    CHECK_FALSE(Decimal::parse(text, &error).has_value());
    return error;
  };
  for (const char* text :
       {"", " ", ".", "-", "1.2.3", "1e", "1e+", "e5", "1x", "- 1", "0x10", "1_000", "NaN", "1 2"}) {
    INFO(text);
    CHECK(why(text) == Decimal::ParseError::kSyntax);
  }
  for (const std::string& text :
       {"1" + kLargest, std::string("1e38"), std::string("1e-1001"), std::string("1e999999999999")}) {
    INFO(text);
    CHECK(why(text) == Decimal::ParseError::kRange);
  }
  CHECK(why(kLargest + "9x") == Decimal::ParseError::kSyntax);
}

TEST_CASE("decimal: results have PostgreSQL's scales") {
  CHECK(show(Decimal::add(dec("1.50"), dec("2.505"))) == "4.005");
  CHECK(show(Decimal::add(dec("1.50"), dec("-1.5"))) == "0.00");
  CHECK(show(Decimal::subtract(dec("1"), dec("0.001"))) == "0.999");
  CHECK(show(Decimal::multiply(dec("1.50"), dec("2.00"))) == "3.0000");
  CHECK(show(Decimal::multiply(dec("-18446744073709551616"), dec("0.1"))) == "-1844674407370955161.6");
}

TEST_CASE("decimal: a quotient's scale follows from the operands' digits in base 10000") {
  CHECK(show(Decimal::divide(dec("1"), dec("3"))) == "0.33333333333333333333");
  CHECK(show(Decimal::divide(dec("2"), dec("1"))) == "2.0000000000000000");
  CHECK(show(Decimal::divide(dec("1"), dec("1"))) == "1.00000000000000000000");
  CHECK(show(Decimal::divide(dec("10000"), dec("3"))) == "3333.3333333333333333");
  CHECK(show(Decimal::divide(dec("0.0001"), dec("3"))) == "0.000033333333333333333333");
  CHECK(show(Decimal::divide(dec("100000000"), dec("0.00003"))) == "3333333333333.33333");
  CHECK(show(Decimal::divide(dec("0"), dec("7.00"))) == "0.00000000000000000000");
  CHECK(show(Decimal::divide(dec("-2"), dec("3"))) == "-0.66666666666666666667");
  CHECK(show(Decimal::divide(dec("1"), dec("12345678901234567890"))) ==
        "0.000000000000000000081000000729000007");
  CHECK(show(Decimal::divide(dec("99999999999999999999999999999999999999"), dec("0.1"))) == "none");
}

TEST_CASE("decimal: the remainder has the dividend's sign and the larger scale") {
  CHECK(show(Decimal::modulo(dec("7"), dec("3"))) == "1");
  CHECK(show(Decimal::modulo(dec("-7.5"), dec("2"))) == "-1.5");
  CHECK(show(Decimal::modulo(dec("7.5"), dec("-0.02"))) == "0.00");
  CHECK(show(Decimal::modulo(dec(kLargest), dec("0.00000000000000000000000000000000000007"))) ==
        "0.00000000000000000000000000000000000002");
  CHECK(show(Decimal::modulo(dec("0.00000000000000000000000000000000000007"), dec(kLargest))) ==
        "0.00000000000000000000000000000000000007");
}

TEST_CASE("decimal: rounding is half away from zero, before the point too") {
  CHECK(show(dec("2.5").round(0)) == "3");
  CHECK(show(dec("-2.5").round(0)) == "-3");
  CHECK(show(dec("2.4999").round(0)) == "2");
  CHECK(show(dec("1.005").round(2)) == "1.01");
  CHECK(show(dec("1.5").round(3)) == "1.500");
  CHECK(show(dec("150").round(-2)) == "200");
  CHECK(show(dec("49").round(-2)) == "0");
  CHECK(show(dec("1.29").truncate(1)) == "1.2");
  CHECK(show(dec("-199").truncate(-2)) == "-100");
  CHECK(show(dec("5").round(-5000)) == "0");
  CHECK(show(dec(kLargest).round(-1)) == "none");
  CHECK(show(dec(kLargest).round(1)) == "none");
  CHECK(show(Decimal{1, 1000}.round(2)) == "0.00");
}

TEST_CASE("decimal: what would leave 38 digits is refused, not wrapped") {
  Decimal largest = dec(kLargest);
  CHECK(show(Decimal::add(largest, dec("1"))) == "none");
  CHECK(show(Decimal::add(largest, largest)) == "none");
  CHECK(show(Decimal::subtract(*largest.negate(), largest)) == "none");
  CHECK(show(Decimal::multiply(largest, dec("2"))) == "none");
  CHECK(show(Decimal::multiply(largest, largest)) == "none");
  CHECK(show(Decimal::add(largest, dec("0.1"))) == "none");
  CHECK(show(Decimal::multiply(Decimal{0, 600}, Decimal{0, 600})) == "none");
  // The aligned operand has 39 digits, the sum only one.
  CHECK(show(Decimal::add(dec("10000000000000000000000000000000000000"),
                          dec("-" + kLargest.substr(1) + ".9"))) == "0.1");
}

TEST_CASE("decimal: equality and order ignore the scale") {
  CHECK(dec("1.0") == dec("1.00"));
  CHECK(dec("0") == dec("0.000"));
  CHECK(dec("-1.1") < dec("-1.09"));
  CHECK(dec(kLargest) > Decimal(1, 1000));
  CHECK(dec("-" + kLargest) < Decimal(1, 1000));
  CHECK(*dec(kLargest).negate() < Decimal(-1, 1000));
  CHECK(dec("1.500").normalized().scale() == 1);
  CHECK(dec("100").normalized().to_string() == "100");
  CHECK(dec("0.000").normalized().scale() == 0);
}

TEST_CASE("decimal: products of numbers at the edge of 64 bits are exact") {
  const std::string above = "9223372036854775808";  // 2^63
  CHECK(show(Decimal::multiply(dec("-" + above), dec("-" + above))) ==
        "85070591730234615865843651857942052864");
  CHECK(show(Decimal::multiply(dec("-" + above), dec("9223372036854775807"))) ==
        "-85070591730234615856620279821087277056");
  CHECK(show(Decimal::multiply(dec(above), dec("-10"))) == "-92233720368547758080");
  CHECK(show(Decimal::multiply(Decimal{7, 500}, Decimal{0, 501})) == "none");
}

TEST_CASE("decimal: products of up to 38 digits are exact, longer ones are refused") {
  std::mt19937_64 random(20260103);
  auto number = [&] {
    const Uint128 bits = (static_cast<Uint128>(random()) << 64) | random();
    const auto magnitude = static_cast<Int128>((bits % kCoefficientEnd) >> (random() % 127));
    return Decimal(random() % 2 == 0 ? magnitude : -magnitude, 0);
  };
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const Decimal a = number();
    const Decimal b = number();
    const Uint256 wide = multiply_wide(magnitude_of(a), magnitude_of(b));
    const bool fits = wide.high == 0 && wide.low < kCoefficientEnd;
    const auto product = Decimal::multiply(a, b);
    REQUIRE(product.has_value() == fits);
    refused += fits ? 0 : 1;
    if (!fits) continue;
    REQUIRE(magnitude_of(*product) == wide.low);
    REQUIRE((product->is_zero() || product->is_negative() == (a.is_negative() != b.is_negative())));
  }
  CHECK(refused > 5000);
  CHECK(refused < 15000);
}

TEST_CASE("decimal: sums and order are the same at two scales and at their common one") {
  std::mt19937_64 random(20260102);
  auto number = [&] {
    std::string digits = random() % 2 == 0 ? "-" : "";
    for (uint64_t left = 1 + random() % 25; left > 0; --left)
      digits.push_back(static_cast<char>('0' + random() % 10));
    return Decimal(dec(digits).coefficient(), static_cast<int>(random() % 24));
  };
  int compared = 0;
  for (int i = 0; i < 20000; ++i) {
    const Decimal a = number();
    const Decimal b = number();
    const int scale = std::max(a.scale(), b.scale());
    const auto left = a.truncate(scale);
    const auto right = b.truncate(scale);
    if (!left || !right) continue;
    ++compared;
    REQUIRE(show(Decimal::add(a, b)) == show(Decimal::add(*left, *right)));
    REQUIRE(show(Decimal::subtract(a, b)) == show(Decimal::subtract(*left, *right)));
    REQUIRE((a <=> b) == (*left <=> *right));
  }
  CHECK(compared > 15000);
}

TEST_CASE("decimal: a declared precision is met by value, trailing zeroes don't count") {
  CHECK(dec("9999999999.99").fits(12, 2));
  CHECK_FALSE(dec("10000000000").fits(12, 2));
  CHECK_FALSE(dec("1.005").fits(12, 2));
  CHECK(dec("1.50000").fits(12, 2));
  CHECK(dec("0").fits(2, 2));
  CHECK_FALSE(Decimal(1, 1000).fits(38, 10));
}

TEST_CASE("decimal: conversions to and from machine numbers") {
  CHECK(dec("2.5").to_int64() == 3);
  CHECK(dec("9223372036854775807.4").to_int64() == std::numeric_limits<int64_t>::max());
  CHECK(dec("-9223372036854775808.4").to_int64() == std::numeric_limits<int64_t>::min());
  CHECK_FALSE(dec("9223372036854775807.5").to_int64().has_value());
  CHECK(Decimal::from_int64(std::numeric_limits<int64_t>::min()).to_string() == "-9223372036854775808");
  CHECK(dec("0.1").to_double() == 0.1);
  CHECK(dec("123456789012345678901234567890").to_double() == 123456789012345678901234567890.0);
  CHECK(Decimal(1, 1000).to_double() == 0.0);
  CHECK(show(Decimal::from_double(0.1)) == "0.1");
  CHECK(show(Decimal::from_double(1.0 / 3.0)) == "0.333333333333333");
  CHECK(show(Decimal::from_double(1e20)) == "100000000000000000000");
  CHECK(show(Decimal::from_double(-1.5e-7)) == "-0.00000015");
  CHECK(show(Decimal::from_double(1e39)) == "none");
  CHECK(show(Decimal::from_double(std::numeric_limits<double>::quiet_NaN())) == "none");
}

TEST_CASE("decimal: quotient times divisor plus remainder is the dividend") {
  std::mt19937_64 random(20260101);
  auto number = [&](int digits_max, int scale_max) {
    std::string digits;
    auto count = 1 + random() % static_cast<uint64_t>(digits_max);
    for (uint64_t i = 0; i < count; ++i) digits.push_back(static_cast<char>('0' + random() % 10));
    return Decimal(dec(digits).coefficient(), static_cast<int>(random() % static_cast<uint64_t>(scale_max)));
  };
  int compared = 0;
  for (int i = 0; i < 20000; ++i) {
    Decimal a = number(20, 6);
    Decimal b = number(12, 6);
    if (b.is_zero()) continue;
    auto rest = Decimal::modulo(a, b);
    REQUIRE(rest);
    auto multiple = Decimal::subtract(a, *rest);
    auto quotient = Decimal::divide(*multiple, b);
    if (!quotient) continue;
    ++compared;
    REQUIRE(*quotient->truncate(0) == *quotient);
    auto product = Decimal::multiply(*quotient->truncate(0), b);
    REQUIRE(product);
    REQUIRE(*product == *multiple);
  }
  CHECK(compared > 15000);
}

TEST_CASE("decimal: a whole quotient is cut towards zero, and its rest is the modulo") {
  CHECK(show(Decimal::divide_whole(dec("9.99"), dec("-0.1"))) == "-99");
  CHECK(show(Decimal::divide_whole(dec(kLargest), dec("0.00000000000000000001"))) == "none");
  CHECK(show(Decimal::divide_whole(dec("1e-1000"), dec(kLargest))) == "0");
  CHECK(show(Decimal::divide_whole(dec("1"), dec("1e-1000"))) == "none");
  std::mt19937_64 random(3);
  for (int round = 0; round < 1000; ++round) {
    Decimal a(static_cast<int64_t>(random()), static_cast<int>(random() % 20));
    Decimal b(static_cast<int64_t>(random()) >> random() % 60 | 1, static_cast<int>(random() % 20));
    std::optional<Decimal> quotient = Decimal::divide_whole(a, b);
    std::optional<Decimal> product = quotient ? Decimal::multiply(*quotient, b) : std::nullopt;
    if (product) CHECK(*Decimal::add(*product, *Decimal::modulo(a, b)) == a);
  }
}

}  // namespace pactolus
