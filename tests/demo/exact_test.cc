#include "exact.h"

#include <catch2/catch.hpp>

namespace pactolus::demo {

TEST_CASE("millionths: a number is read by its digits") {
  CHECK(parse_millionths("12.34") == Wide{12'340'000});
  CHECK(parse_millionths("-0.000001") == Wide{-1});
  CHECK(parse_millionths("7") == Wide{7'000'000});
  CHECK(parse_millionths("1.2300000000") == Wide{1'230'000});
}

TEST_CASE("millionths: what numeric(18,6) cannot hold is refused") {
  CHECK_FALSE(parse_millionths("1.2345678").has_value());
  CHECK_FALSE(parse_millionths("1234567890123").has_value());
  CHECK_FALSE(parse_millionths("1e3").has_value());
  CHECK_FALSE(parse_millionths("").has_value());
}

TEST_CASE("millionths: six digits are written behind the point") {
  CHECK(format_millionths(12'340'000) == "12.340000");
  CHECK(format_millionths(-1) == "-0.000001");
  CHECK(format_millionths(0) == "0.000000");
}

TEST_CASE("quotient: rounds half away from zero at six digits") {
  CHECK(rounded_quotient(10 * kMillion, 3) == 3'333'333);
  CHECK(rounded_quotient(20 * kMillion, 3) == 6'666'667);
  CHECK(rounded_quotient(1, 2) == 1);
  CHECK(rounded_quotient(999'999'999'999, 1'000'000) == 1'000'000);
}

TEST_CASE("quotient: rounds twice, as PostgreSQL's round(a / b, 6) does") {
  // 1999999999999.999999 / 4000000000000000000 is 0.000000500000000000000000 there, which rounds up.
  CHECK(rounded_quotient(Wide{1'999'999'999'999'999'999}, Wide{4'000'000'000'000'000'000}) == 1);
  // 2499999.999999 / 5000000000000 is 0.000000499999999999800000.
  CHECK(rounded_quotient(Wide{2'499'999'999'999}, Wide{5'000'000'000'000}) == 0);
}

}  // namespace pactolus::demo
