#include "data/text_format.h"

#include <catch2/catch.hpp>
#include <limits>

namespace pactolus {
namespace {

/// What the value reads and prints as, or "SQLSTATE: message".
template <class T, class Append>
std::string through(const TextResult<T>& value, Append append) {
  if (!value.ok()) return value.error().sqlstate + ": " + value.error().message;
  std::string out;
  append(*value, out);
  return out;
}

std::string integer(std::string_view text) { return through(parse_integer(text), append_integer); }
std::string bigint(std::string_view text) { return through(parse_bigint(text), append_integer); }
std::string boolean(std::string_view text) { return through(parse_boolean(text), append_boolean); }
std::string real(std::string_view text) { return through(parse_double(text), append_double); }
std::string timestamp(std::string_view text) { return through(parse_timestamptz(text), append_timestamptz); }
std::string date(std::string_view text) { return through(parse_date(text), append_date); }
std::string interval(std::string_view text) { return through(parse_interval(text), append_interval); }
std::string numeric(std::string_view text, Type type = kNumericType) {
  return through(parse_numeric(text, type), [](const Decimal& d, std::string& out) { d.append_to(out); });
}
std::string rfc3339(std::string_view text) {
  auto micros = parse_rfc3339(text);
  if (!micros) return "none";
  std::string out;
  append_rfc3339(*micros, out);
  return out;
}

}  // namespace

TEST_CASE("text: whole numbers are read as PostgreSQL reads them") {
  CHECK(integer(" +12 ") == "12");
  CHECK(integer("-2147483648") == "-2147483648");
  CHECK(integer("2147483648") == "22003: value \"2147483648\" is out of range for type integer");
  CHECK(integer("x") == "22P02: invalid input syntax for type integer: \"x\"");
  CHECK(integer("1.0") == "22P02: invalid input syntax for type integer: \"1.0\"");
  CHECK(integer("") == "22P02: invalid input syntax for type integer: \"\"");
  CHECK(integer("+-1") == "22P02: invalid input syntax for type integer: \"+-1\"");
  CHECK(bigint("9223372036854775807") == "9223372036854775807");
  CHECK(bigint("9223372036854775808") ==
        "22003: value \"9223372036854775808\" is out of range for type bigint");
}

TEST_CASE("text: a boolean may be abbreviated as far as it stays clear") {
  CHECK(boolean(" Tr ") == "true");
  CHECK(boolean("on") == "true");
  CHECK(boolean("of") == "false");
  CHECK(boolean("0") == "false");
  CHECK(boolean("o") == "22P02: invalid input syntax for type boolean: \"o\"");
  CHECK(boolean("") == "22P02: invalid input syntax for type boolean: \"\"");
}

TEST_CASE("text: doubles print their shortest digits, in PostgreSQL's form") {
  CHECK(real("0.1") == "0.1");
  CHECK(real("1e15") == "1e+15");
  CHECK(real("123456789012345") == "123456789012345");
  CHECK(real("0.0001") == "0.0001");
  CHECK(real("0.00001234") == "1.234e-05");
  CHECK(real("-0") == "-0");
  CHECK(real("-infinity") == "-Infinity");
  CHECK(real("nan") == "NaN");
  CHECK(real("0x10") == "16");
  CHECK(real("5e-324") == "5e-324");
  CHECK(real("1e400") == "22003: \"1e400\" is out of range for type double precision");
  CHECK(real("+1e400") == "22003: \"+1e400\" is out of range for type double precision");
  CHECK(real("1e-400") == "22003: \"1e-400\" is out of range for type double precision");
  CHECK(real("1,5") == "22P02: invalid input syntax for type double precision: \"1,5\"");
}

TEST_CASE("text: a double whose shortest digits lie half way to its neighbour prints longer ones") {
  CHECK(real("1e23") == "9.999999999999999e+22");
  CHECK(real("1e22") == "1e+22");
}

TEST_CASE("text: a constrained numeric rounds, and refuses what doesn't fit") {
  Type type{TypeKind::kNumeric, 4, 2};
  CHECK(numeric("1.50") == "1.50");
  CHECK(numeric("1.005", type) == "1.01");
  CHECK(numeric("7", type) == "7.00");
  CHECK(numeric("99.995", type) == "22003: numeric field overflow");
  CHECK(numeric("1e40") == "22003: value overflows numeric format");
  CHECK(numeric("1..2") == "22P02: invalid input syntax for type numeric: \"1..2\"");
}

TEST_CASE("text: timestamps are read with any offset and printed in UTC") {
  CHECK(timestamp("2026-01-01T00:00:00Z") == "2026-01-01 00:00:00+00");
  CHECK(timestamp("2026-01-01 01:30:00.5+01:30") == "2026-01-01 00:00:00.5+00");
  CHECK(timestamp(" 2026-1-2 3:4 -0330 ") == "2026-01-02 06:34:00+00");
  CHECK(timestamp("2026-01-01") == "2026-01-01 00:00:00+00");
  CHECK(timestamp("2025-12-31 23:59:60") == "2026-01-01 00:00:00+00");
  CHECK(timestamp("2025-12-31 24:00:00") == "2026-01-01 00:00:00+00");
  CHECK(timestamp("2025-12-31 23:59:59.9999999") == "2026-01-01 00:00:00+00");
  CHECK(timestamp("2026-01-01 00:00:00.1234564999") == "2026-01-01 00:00:00.123456+00");
  CHECK(timestamp("0001-01-01 00:00:00") == "0001-01-01 00:00:00+00");
  CHECK(timestamp("1969-12-31 23:59:59.999999") == "1969-12-31 23:59:59.999999+00");
}

TEST_CASE("text: a timestamp beyond all calendars still prints") {
  std::string out;
  append_timestamptz(std::numeric_limits<int64_t>::min(), out);
  CHECK(out == "290309-12-21 19:59:05.224192+00 BC");
  out.clear();
  append_rfc3339(std::numeric_limits<int64_t>::max(), out);
  CHECK(out == "294247-01-10T04:00:54.775807Z");
}

TEST_CASE("text: what is no timestamp is told from one out of range") {
  CHECK(timestamp("2026-02-29") == "22008: date/time field value out of range: \"2026-02-29\"");
  CHECK(timestamp("2026-13-01") == "22008: date/time field value out of range: \"2026-13-01\"");
  CHECK(timestamp("2026-01-01 24:00:01") ==
        "22008: date/time field value out of range: \"2026-01-01 24:00:01\"");
  CHECK(timestamp("0001-01-01 00:00:00+01") == "22008: timestamp out of range: \"0001-01-01 00:00:00+01\"");
  CHECK(timestamp("2026-01-01 00:00+16") ==
        "22009: time zone displacement out of range: \"2026-01-01 00:00+16\"");
  for (const char* text :
       {"", "yesterday", "2026-01", "2026-01-01T", "2026-01-01 10", "2026-01-01 10:00 Europe/Paris",
        "2026-01-01-05", "2026-01-01 10:00:00Zx", "26-01-01"}) {
    CHECK(timestamp(text) ==
          "22007: invalid input syntax for type timestamp with time zone: \"" + std::string(text) + "\"");
  }
}

TEST_CASE("text: data from outside has RFC 3339 times only") {
  CHECK(rfc3339("2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z");
  CHECK(rfc3339("2026-01-01t02:00:00.123456+02:00") == "2026-01-01T00:00:00.123456Z");
  CHECK(rfc3339("2026-01-01 00:00:00.100z") == "2026-01-01T00:00:00.1Z");
  CHECK(rfc3339("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z");
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+02", "2026-1-1T00:00:00Z", "2026-01-01T00:00:00+0200", "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00Z ", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00",
        "2026-01-01T00:00:00+24:00"}) {
    INFO(text);
    CHECK(rfc3339(text) == "none");
  }
}

TEST_CASE("text: dates are days, a time behind them is dropped") {
  CHECK(date("2026-01-01") == "2026-01-01");
  CHECK(date("2026-01-01 23:00:00-05") == "2026-01-01");
  CHECK(date("9999-12-31") == "9999-12-31");
  CHECK(date("10000-01-01") == "22008: date/time field value out of range: \"10000-01-01\"");
  CHECK(date("01/02/2026") == "22007: invalid input syntax for type date: \"01/02/2026\"");
  std::string out;
  append_date(-719528, out);
  CHECK(out == "0001-01-01 BC");
}

TEST_CASE("text: intervals keep months, days and time apart") {
  CHECK(interval("1 day 02:03:04.5") == "1 day 02:03:04.5");
  CHECK(interval("90 minutes") == "01:30:00");
  CHECK(interval("1 mon") == "1 mon");
  CHECK(interval("-1 day +02:03") == "-1 days +02:03:00");
  CHECK(interval("1 year -2 mons 3 days ago") == "-10 mons -3 days");
  CHECK(interval("1h30m") == "01:30:00");
  CHECK(interval("1.5 months 1.5 weeks") == "1 mon 25 days 12:00:00");
  CHECK(interval("1.04 years") == "1 year");
  CHECK(interval("2-3") == "2 years 3 mons");
  CHECK(interval("5") == "00:00:05");
  CHECK(interval("1 2:03") == "1 day 02:03:00");
  CHECK(interval("3 microseconds") == "00:00:00.000003");
  CHECK(interval("02:03.5") == "00:02:03.5");
  CHECK(interval("0 days") == "00:00:00");
  CHECK(interval("-00:00:01") == "-00:00:01");
}

TEST_CASE("text: ISO 8601 durations are read in both notations") {
  CHECK(interval("P1DT2H") == "1 day 02:00:00");
  CHECK(interval("P1Y2M3W4DT5H6M7.5S") == "1 year 2 mons 25 days 05:06:07.5");
  CHECK(interval("P-1DT-0.5S") == "-1 days -00:00:00.5");
  CHECK(interval("P0001-02-03T04:05:06") == "1 year 2 mons 3 days 04:05:06");
  CHECK(interval("P00010203T040506") == "1 year 2 mons 3 days 04:05:06");
  CHECK(interval("P1H") == "22007: invalid input syntax for type interval: \"P1H\"");
  CHECK(interval("P") == "22007: invalid input syntax for type interval: \"P\"");
}

TEST_CASE("text: what is no interval is told from one out of range") {
  for (const char* text :
       {"", "day", "1 dog", "1 day 1 day", "1:2:3:4", "1 day ago x", "- day", "5 ago", "1e3 days"}) {
    CHECK(interval(text) == "22007: invalid input syntax for type interval: \"" + std::string(text) + "\"");
  }
  CHECK(interval("3000000000 days") == "22015: interval field value out of range: \"3000000000 days\"");
  CHECK(interval("1:70") == "22015: interval field value out of range: \"1:70\"");
  CHECK(interval("200000000 years") == "22008: interval out of range");
}

TEST_CASE("text: a message quotes only the beginning of a huge text, whole characters of it") {
  std::string text(199, 'x');
  text += "\xC3\xA9" + std::string(1000, 'x');
  CHECK(integer(text) ==
        "22P02: invalid input syntax for type integer: \"" + std::string(199, 'x') + "...\"");
}

TEST_CASE("text: a column's value goes to text and back by its type") {
  std::vector<std::pair<Type, std::string>> cases = {
      {kBooleanType, "true"},
      {kIntegerType, "-7"},
      {kBigintType, "9000000000"},
      {kDoubleType, "1.5"},
      {Type{TypeKind::kNumeric, 12, 2}, "12.50"},
      {kTextType, "caf\xC3\xA9"},
      {kTimestamptzType, "2026-01-01 00:00:00+00"},
      {kTimestampType, "2026-01-01 00:00:00.000001"},
      {kDateType, "2026-01-01"},
      {kIntervalType, "1 mon 2 days 03:00:00"},
      {kSmallintType, "-32768"},
      {kRealType, "1.6777216e+07"},
      {kTimeType, "24:00:00"},
      {kUuidType, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {kByteaType, "\\x00ff5c"},
      {kJsonbType, "{\"a\": [1.50, null]}"},
      {kBpcharType, "caf\xC3\xA9  "},
  };
  CHECK(cases.size() == kTypeKinds.size());
  cases.push_back({array_of(kTextType), "{a,\"b c\",NULL,\"\\\"\"}"});
  cases.push_back({array_of(Type{TypeKind::kNumeric, 12, 2}), "{12.50,NULL}"});
  cases.push_back({array_of(kBooleanType), "{t,f}"});
  cases.push_back({Type{.kind = TypeKind::kBpchar, .length = 5}, "caf\xC3\xA9 "});
  cases.push_back({array_of(Type{.kind = TypeKind::kBpchar, .length = 3}), "{\"a  \",abc,NULL}"});
  for (const auto& [type, text] : cases) {
    Column column(type, 2);
    Arena memory;
    REQUIRE(parse_value(text, column, 1, memory).ok());
    std::string out;
    append_value(column, 1, out);
    CHECK(out == text);
  }
}

TEST_CASE("text: reals have the digits of a float") {
  const auto written = [](float value) {
    std::string out;
    append_real(value, out);
    return out;
  };
  CHECK(written(0.1F) == "0.1");
  CHECK(written(16777216.0F) == "1.6777216e+07");
  CHECK(written(100000.0F) == "100000");
  CHECK(written(1e6F) == "1e+06");
  CHECK(written(8.5899346e9F) == "8.589935e+09");
  CHECK(written(3.4028235e38F) == "3.4028235e+38");
  CHECK(written(1e-45F) == "1e-45");
  CHECK(*parse_real("0.1") == 0.1F);
  CHECK(*parse_real("16777217") == 16777216);
  CHECK(parse_real("1e39").error().sqlstate == "22003");
  CHECK(parse_real("1e-50").error().sqlstate == "22003");
  CHECK(parse_real("x").error().message == "invalid input syntax for type real: \"x\"");
  CHECK(parse_smallint("32768").error().message == "value \"32768\" is out of range for type smallint");
}

TEST_CASE(
    "text: a time of day is strict for data from outside, and drops a date and a zone as PostgreSQL does") {
  CHECK(*parse_time("10:20") == (10 * 60 + 20) * kMicrosPerMinute);
  CHECK(*parse_time("2026-01-31 10:20:00+05") == *parse_time("10:20"));
  CHECK(*parse_time("24:00") == kMicrosPerDay);
  CHECK(parse_time("24:00:01").error().sqlstate == "22008");
  for (const char* refused : {"10", "2026-01-31"}) CHECK(parse_time(refused).error().sqlstate == "22007");
  CHECK(parse_iso_time("10:20:30.5") == 37'230'500'000);
  for (const char* refused :
       {"10:20", "24:00:00", "1:02:03", "10:20:30Z", "10:20:30.", "10:20:61", "", " 10:20:30"})
    CHECK_FALSE(parse_iso_time(refused).has_value());
}

TEST_CASE("text: uuids and bytes") {
  Arena memory;
  const auto uuid = [&](std::string_view text) {
    std::string out;
    auto bytes = parse_uuid(text, memory);
    if (!bytes) return bytes.error().sqlstate;
    append_uuid(*bytes, out);
    return out;
  };
  const std::string plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  CHECK(uuid("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11") == plain);
  CHECK(uuid("{a0eebc999c0b4ef8bb6d6bb9bd380a11}") == plain);
  CHECK(uuid("a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11") == plain);
  for (const char* refused : {"", "a0eebc99", "a0eebc999c0b4ef8bb6d6bb9bd380a11-",
                              "{a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a1g",
                              " a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a1111"})
    CHECK(uuid(refused) == "22P02");
  const auto bytes = [&](std::string_view text) {
    std::string out;
    auto read = parse_bytea(text, memory);
    if (!read) return read.error().sqlstate;
    append_bytea(*read, out);
    return out;
  };
  CHECK(bytes("\\x0A fF") == "\\x0aff");
  CHECK(bytes("\\x") == "\\x");
  CHECK(bytes("") == "\\x");
  CHECK(bytes("a\\000\\\\b\\377") == "\\x61005c62ff");
  for (const char* refused : {"\\x0", "\\x0g", "\\x0 a"}) CHECK(bytes(refused) == "22023");
  for (const char* refused : {"\\", "\\1", "\\400", "\\08"}) CHECK(bytes(refused) == "22P02");
}

TEST_CASE(
    "text: a timestamp without zone is strict for data from outside, and drops a zone as PostgreSQL does") {
  CHECK(*parse_timestamp("2026-01-01 10:00:00+05") == *parse_timestamptz("2026-01-01 10:00:00Z"));
  CHECK(parse_timestamp_without_zone("2026-01-01 10:00:00+05").error().sqlstate == "22007");
  CHECK(parse_timestamp_without_zone("2026-01-01Z").error().sqlstate == "22007");
  CHECK(*parse_timestamp_without_zone(" 2026-01-01 10:00 ") == *parse_timestamp("2026-01-01 10:00"));
  CHECK(parse_iso_timestamp("2026-01-01T10:00:00.5") == *parse_timestamp("2026-01-01 10:00:00.5"));
  CHECK(parse_iso_timestamp("2026-01-01 10:00:00") == *parse_timestamp("2026-01-01 10:00:00"));
  CHECK(parse_iso_timestamp("9999-12-31T23:59:59.999999").has_value());
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T10:00", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00z",
        "2026-01-01T10:00:00+00:00", "2026-01-01T10:00:00-05", "2026-01-01T10:00:00.", "2026-01-01T10:00:00 ",
        " 2026-01-01T10:00:00", "2026-02-29T10:00:00", "2026-01-01T24:00:00", "2026-01-01X10:00:00",
        "0000-01-01T00:00:00", "9999-12-31T23:59:59.9999999"}) {
    INFO(text);
    CHECK_FALSE(parse_iso_timestamp(text).has_value());
  }
  std::string out;
  append_iso_timestamp(*parse_timestamp("0001-01-01 00:00"), out);
  CHECK(out == "0001-01-01T00:00:00");
}

}  // namespace pactolus
