#include "config/quantities.h"

#include <catch2/catch.hpp>

namespace pactolus {
namespace {

using namespace std::chrono_literals;

TEST_CASE("durations: a whole number and one unit") {
  CHECK(parse_duration("250ms") == Duration{250ms});
  CHECK(parse_duration("10s") == Duration{10s});
  CHECK(parse_duration("5m") == Duration{5min});
  CHECK(parse_duration("1h") == Duration{1h});
  CHECK(parse_duration("30d") == Duration{720h});
  CHECK(parse_duration("0s") == Duration{0});
  for (const char* bad : {"", "10", "s", "10 s", "-1s", "+1s", "1.5h", "1h30m", "10S", "10sec", "1w",
                          "99999999999999999999s", "9223372036854775807d"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("durations: written so that they are read again") {
  for (const char* text : {"250ms", "10s", "90s", "5m", "1h", "30d", "0s"})
    CHECK(to_string(*parse_duration(text)) == text);
  CHECK(to_string(Duration{60'000'000}) == "1m");
  CHECK(to_string(Duration{1}) == "1us");
}

TEST_CASE("sizes: a whole number and one binary unit") {
  CHECK(parse_size("512KiB") == 524288);
  CHECK(parse_size("64MiB") == 67108864);
  CHECK(parse_size("1GiB") == 1073741824);
  for (const char* bad : {"", "64", "64MB", "64 MiB", "1gib", "-1MiB", "9999999999TiB"})
    CHECK_FALSE(parse_size(bad));
  for (const char* text : {"512KiB", "64MiB", "1GiB", "3TiB"})
    CHECK(size_to_string(*parse_size(text)) == text);
}

TEST_CASE("integers: decimal digits, maybe behind a minus, within 64 bits") {
  CHECK(parse_whole_number("42") == 42);
  CHECK(parse_whole_number("-9223372036854775808") == INT64_MIN);
  for (const char* bad : {"", "-", "+1", "1.0", "1e3", "0x10", "1_000", " 1", "1 ", "9223372036854775808"}) {
    CHECK_FALSE(parse_whole_number(bad));
  }
}

TEST_CASE("booleans: those of YAML 1.2 only") {
  for (const char* yes : {"true", "True", "TRUE"}) CHECK(parse_true_false(yes) == true);
  for (const char* no : {"false", "False", "FALSE"}) CHECK(parse_true_false(no) == false);
  for (const char* bad : {"yes", "no", "on", "off", "y", "1", "tRUE", ""}) CHECK_FALSE(parse_true_false(bad));
}

}  // namespace
}  // namespace pactolus
