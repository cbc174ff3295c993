#include "data/codecs/json_encoder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "data/text_format.h"

namespace pactolus {
namespace {

/// A column of one row; no text: NULL.
ColumnPtr value(Type type, const char* text) {
  auto column = make_column(type, 1);
  if (text == nullptr) {
    column->set_null(0);
  } else {
    auto memory = std::make_shared<Arena>();
    REQUIRE(parse_value(text, *column, 0, *memory).ok());
    column->keep(std::move(memory));
  }
  return column;
}

std::string encode(std::vector<Field> fields, const std::vector<ColumnPtr>& columns) {
  std::string out;
  JsonEncoder(Schema(std::move(fields))).append_row(columns, 0, out);
  return out;
}

}  // namespace

TEST_CASE("json output: each type in its own form") {
  std::vector<Field> fields = {{"b", kBooleanType},      {"n", kBigintType},   {"d", kDoubleType},
                               {"m", kNumericType},      {"t", kTextType},     {"at", kTimestamptzType},
                               {"day", kDateType},       {"i", kIntervalType}, {"none", kTextType},
                               {"local", kTimestampType}};
  std::vector<ColumnPtr> columns = {
      value(kBooleanType, "true"),    value(kBigintType, "-9007199254740993"),
      value(kDoubleType, "1e23"),     value(kNumericType, "0.10"),
      value(kTextType, "x"),          value(kTimestamptzType, "2026-01-01 00:00:00.5"),
      value(kDateType, "2026-01-01"), value(kIntervalType, "90 minutes"),
      value(kTextType, nullptr),      value(kTimestampType, "2026-01-01 00:00:00.5")};
  CHECK(
      encode(fields, columns) ==
      R"({"b":true,"n":-9007199254740993,"d":9.999999999999999e+22,"m":0.10,"t":"x","at":"2026-01-01T00:00:00.5Z",)"
      R"("day":"2026-01-01","i":"01:30:00","none":null,"local":"2026-01-01T00:00:00.5"})");
  CHECK(encode({{"d", kDoubleType}}, {value(kDoubleType, "NaN")}) == R"({"d":"NaN"})");
  CHECK(encode({{"d", kDoubleType}}, {value(kDoubleType, "-inf")}) == R"({"d":"-Infinity"})");
  CHECK(encode({{"d", kRealType}}, {value(kRealType, "0.1")}) == R"({"d":0.1})");
  CHECK(encode({{"d", kRealType}}, {value(kRealType, "Infinity")}) == R"({"d":"Infinity"})");
  CHECK(encode({{"n", kSmallintType}}, {value(kSmallintType, "-7")}) == R"({"n":-7})");
  CHECK(encode({{"at", kTimeType}}, {value(kTimeType, "10:20")}) == R"({"at":"10:20:00"})");
  CHECK(encode({{"id", kUuidType}}, {value(kUuidType, "{A0EEBC999C0B4EF8BB6D6BB9BD380A11}")}) ==
        R"({"id":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"})");
  CHECK(encode({{"b", kByteaType}}, {value(kByteaType, "\\x00ff")}) == R"({"b":"\\x00ff"})");
  const auto array = [](Type element, const char* text) { return value(array_of(element), text); };
  CHECK(encode({{"a", array_of(kIntegerType)}}, {array(kIntegerType, "{1,NULL,-2}")}) ==
        R"({"a":[1,null,-2]})");
  CHECK(encode({{"a", array_of(kTextType)}}, {array(kTextType, "{x,\"a \\\"b\"}")}) ==
        R"({"a":["x","a \"b"]})");
  CHECK(encode({{"a", array_of(kBooleanType)}}, {array(kBooleanType, "{}")}) == R"({"a":[]})");
  CHECK(encode({{"a", array_of(kTimestamptzType)}}, {array(kTimestamptzType, "{2026-01-01}")}) ==
        R"({"a":["2026-01-01T00:00:00Z"]})");
  CHECK(encode({{"j", kJsonbType}}, {value(kJsonbType, R"({"b":"x\ny","a":1e2})")}) ==
        R"({"j":{"a": 100, "b": "x\ny"}})");
  const Type three{.kind = TypeKind::kBpchar, .length = 3};
  CHECK(encode({{"c", three}}, {value(three, "a\"")}) == R"({"c":"a\" "})");
  CHECK(encode({{"c", array_of(three)}}, {array(three, "{a,NULL}")}) == R"({"c":["a  ",null]})");
  CHECK(encode({{"j", kJsonbType}}, {value(kJsonbType, "null")}) == R"({"j":null})");
  CHECK(encode({}, {}) == "{}");
}

TEST_CASE("json output: any text comes back from another parser, at every position and length") {
  for (int c = 0; c < 128; ++c) {
    for (size_t before : {0, 1, 7, 8, 9, 20}) {
      std::string text = std::string(before, 'x') + static_cast<char>(c) + "caf\xC3\xA9";
      std::string out;
      append_json_string(text, out);
      INFO(out);
      REQUIRE(nlohmann::json::parse(out).get<std::string>() == text);
    }
  }
  std::string out;
  append_json_string("a\"b\\c\n\x01", out);
  CHECK(out == R"("a\"b\\c\n\u0001")");
}

TEST_CASE("json output: names are escaped") {
  CHECK(encode({{"a\"b", kBooleanType}}, {value(kBooleanType, "f")}) == R"({"a\"b":false})");
}

TEST_CASE("key text: one column is plain, several are an object, a single NULL is no key") {
  Schema schema({{"symbol", kTextType}, {"n", kBigintType}, {"window_start", kTimestamptzType}});
  std::vector<ColumnPtr> columns = {value(kTextType, "a\"b"), value(kBigintType, nullptr),
                                    value(kTimestamptzType, "2026-01-01")};
  auto key = [&](std::vector<size_t> indexes) {
    std::string out;
    return KeyTextEncoder(schema, std::move(indexes)).append_key(columns, 0, out) ? out : "no key";
  };
  CHECK(key({0}) == "a\"b");
  CHECK(key({2}) == "2026-01-01T00:00:00Z");
  CHECK(key({1}) == "no key");
  CHECK(key({0, 2}) == R"({"symbol":"a\"b","window_start":"2026-01-01T00:00:00Z"})");
  CHECK(key({1, 2}) == R"({"n":null,"window_start":"2026-01-01T00:00:00Z"})");
}

TEST_CASE("json output: the rows of a batch lie one behind the other") {
  auto column = make_column(kIntegerType, 3);
  for (int32_t i = 0; i < 3; ++i) column->values_of<TypeKind::kInteger>()[i] = i;
  ByteRows rows;
  std::vector<ColumnPtr> columns = {column};
  JsonEncoder(Schema({{"n", kIntegerType}})).encode(columns, std::vector<uint32_t>{0, 2}, rows);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0] == R"({"n":0})");
  CHECK(rows[1] == R"({"n":2})");
}

}  // namespace pactolus
