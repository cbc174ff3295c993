#include "data/codecs/json_decoder.h"

#include <catch2/catch.hpp>
#include <deque>

#include "data/json_rows.h"

namespace pactolus {
namespace {

DecodedRows decode(const std::vector<SourceField>& fields, const std::vector<std::string>& values,
                   JsonOptions options = {}) {
  std::vector<RecordView> records(values.size());
  for (size_t i = 0; i < values.size(); ++i) records[i].value = values[i];
  return make_json_decoder(fields, options)->decode(records);
}

/// What a single field makes of a single value: its text, or the failure's code.
std::string one(const SourceField& f, const std::string& value, JsonOptions options = {}) {
  DecodedRows rows = decode({f}, {value}, options);
  return rows.failures.empty() ? show(rows, 0) : rows.failures[0].code;
}

std::string whole(const std::string& json, JsonOptions options = {}) {
  return one(field("a", kIntegerType), json, options);
}

constexpr Type kMoney{TypeKind::kNumeric, 12, 2};

}  // namespace

TEST_CASE("json: the named fields become columns, in any order, whatever else is in the record") {
  std::vector<SourceField> fields = {field("id", kTextType), field("amount", kMoney), field("n", kBigintType),
                                     field("at", kTimestamptzType), field("ok", kBooleanType)};
  DecodedRows rows = decode(
      fields,
      {R"({"id":"a","amount":12.5,"n":7,"at":"2026-01-01T00:00:00Z","ok":true})",
       R"( { "x" : [1, {"y": null}, "z"], "ok" : false , "at":"2026-01-01T01:00:00+01:00","n":-1e2,"amount":"3","id":"b" } )"});
  REQUIRE(rows.failures.empty());
  CHECK(show(rows, 0) == "a|12.50|7|2026-01-01 00:00:00+00|true");
  CHECK(show(rows, 1) == "b|3.00|-100|2026-01-01 00:00:00+00|false");
}

TEST_CASE("json: a failing record leaves its neighbours alone") {
  DecodedRows rows =
      decode({field("a", kTextType)}, {R"({"a":"1"})", R"({"a":)", R"({"a":"3"})", R"({"a":4})"});
  REQUIRE(rows.failures.size() == 2);
  CHECK(rows.failures[0].row == 1);
  CHECK(rows.failures[0].code == "invalid_json");
  CHECK(rows.failures[1].row == 3);
  CHECK(rows.failures[1].message == "field `a`: expected a string, found 4");
  CHECK(show(rows, 0) == "1");
  CHECK(show(rows, 2) == "3");
}

TEST_CASE("json: columns outlive the records") {
  ColumnPtr column;
  {
    std::deque<std::string> values = {std::string(R"({"a":"a text without escapes"})"),
                                      std::string(R"({"a":"a \"text\" with escapes \u00e9"})")};
    std::vector<RecordView> records(2);
    records[0].value = values[0];
    records[1].value = values[1];
    DecodedRows rows = make_json_decoder({field("a", kTextType)})->decode(records);
    REQUIRE(rows.failures.empty());
    column = rows.columns[0];
  }
  CHECK(column->values_of<TypeKind::kText>()[0] == "a text without escapes");
  CHECK(column->values_of<TypeKind::kText>()[1] == "a \"text\" with escapes \xC3\xA9");
}

TEST_CASE("json: numeric keeps the digits and refuses more than declared") {
  SourceField money = field("a", kMoney);
  CHECK(one(money, R"({"a":0.10})") == "0.10");
  CHECK(one(money, R"({"a":1e2})") == "100.00");
  CHECK(one(money, R"({"a":1.500})") == "1.50");
  CHECK(one(money, R"({"a":"12345.67"})") == "12345.67");
  CHECK(one(money, R"({"a":9999999999.99})") == "9999999999.99");
  CHECK(one(money, R"({"a":10000000000})") == "out_of_range");
  CHECK(one(money, R"({"a":0.001})") == "out_of_range");
  CHECK(one(money, R"({"a":1e400})") == "out_of_range");
  CHECK(one(money, R"({"a":"x"})") == "invalid_number");
  CHECK(one(money, R"({"a":" 1"})") == "invalid_number");
  CHECK(one(money, R"({"a":true})") == "wrong_type");
  CHECK(one(field("a", kNumericType), R"({"a":0.30000000000000000000000000001})") ==
        "0.30000000000000000000000000001");
  CHECK(one(field("a", kNumericType), R"({"a":1.50})") == "1.50");
}

TEST_CASE("json: integers are integral numbers within their range") {
  SourceField n = field("a", kIntegerType);
  CHECK(one(n, R"({"a":1.0})") == "1");
  CHECK(one(n, R"({"a":-2147483648})") == "-2147483648");
  CHECK(one(n, R"({"a":2147483648})") == "out_of_range");
  CHECK(one(n, R"({"a":1.5})") == "wrong_type");
  CHECK(one(n, R"({"a":"1"})") == "wrong_type");
  CHECK(one(field("a", kBigintType), R"({"a":9223372036854775807})") == "9223372036854775807");
  CHECK(one(field("a", kBigintType), R"({"a":9223372036854775808})") == "out_of_range");
  CHECK(one(field("a", kBigintType), R"({"a":123456789012345678901234567890123456789012345})") ==
        "out_of_range");
}

TEST_CASE("json: doubles, and the strings that stand for what JSON has no number for") {
  SourceField d = field("a", kDoubleType);
  CHECK(one(d, R"({"a":0.1})") == "0.1");
  CHECK(one(d, R"({"a":"-Infinity"})") == "-Infinity");
  CHECK(one(d, R"({"a":"1.5"})") == "wrong_type");
  CHECK(one(d, R"({"a":1e400})") == "out_of_range");
}

TEST_CASE("json: smallint and real have the range of their types") {
  SourceField n = field("a", kSmallintType);
  CHECK(one(n, R"({"a":-32768})") == "-32768");
  CHECK(one(n, R"({"a":32768})") == "out_of_range");
  SourceField d = field("a", kRealType);
  CHECK(one(d, R"({"a":16777217})") == "1.6777216e+07");
  CHECK(one(d, R"({"a":0.1})") == "0.1");
  CHECK(one(d, R"({"a":"NaN"})") == "NaN");
  CHECK(one(d, R"({"a":1e39})") == "out_of_range");
}

TEST_CASE("json: times of day, uuids and bytes come from texts") {
  SourceField at = field("a", kTimeType);
  CHECK(one(at, R"({"a":"10:20:30.5"})") == "10:20:30.5");
  CHECK(one(at, R"({"a":"24:00:00"})") == "invalid_time");
  CHECK(one(at, R"({"a":"10:20"})") == "invalid_time");
  CHECK(one(at, R"({"a":37230})") == "wrong_type");
  SourceField id = field("a", kUuidType);
  CHECK(one(id, R"({"a":"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"})") == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  CHECK(one(id, R"({"a":"a0eebc99"})") == "invalid_uuid");
  SourceField bytes = field("a", kByteaType);
  CHECK(one(bytes, R"({"a":"\\x00ff"})") == "\\x00ff");
  CHECK(one(bytes, R"({"a":"\\x0"})") == "invalid_bytea");
  CHECK(one(bytes, R"({"a":"AP8="})") == "invalid_bytea");
}

TEST_CASE("json: arrays come from arrays, of values as the fields of their elements are read") {
  SourceField whole = field("a", array_of(kIntegerType));
  CHECK(one(whole, R"({"a":[1, 2,null,-3]})") == "{1,2,NULL,-3}");
  CHECK(one(whole, R"({"a":[]})") == "{}");
  CHECK(one(whole, R"({"a":[ 1.0 ]})") == "{1}");
  CHECK(one(whole, R"({"a":[1.5]})") == "wrong_type");
  CHECK(one(whole, R"({"a":[2147483648]})") == "out_of_range");
  CHECK(one(whole, R"({"a":[1,"x"]})") == "wrong_type");
  CHECK(one(whole, R"({"a":[1,true]})") == "wrong_type");
  CHECK(one(whole, R"({"a":7})") == "wrong_type");
  CHECK(one(whole, R"({"a":"{1,2}"})") == "wrong_type");
  CHECK(one(whole, R"({"a":{"b":1}})") == "wrong_type");
  CHECK(one(whole, R"({"a":[[1]]})") == "wrong_type");
  CHECK(one(whole, R"({"a":[{"b":1}]})") == "wrong_type");
  CHECK(one(whole, R"({"a":[1,]})") == "invalid_json");
  CHECK(one(whole, R"({"a":[1 2]})") == "invalid_json");
  CHECK(one(whole, R"({"a":[01]})") == "invalid_json");
  CHECK(one(whole, R"({"a":[1})") == "invalid_json");
  CHECK(one(whole, R"({"a":null})") == "null_field");
  CHECK(one(field("a", array_of(kTextType)), R"({"a":["x","","é \"q\"", "null",null]})") ==
        "{x,\"\",\"é \\\"q\\\"\",\"null\",NULL}");
  CHECK(one(field("a", array_of(kBooleanType)), R"({"a":[true,false]})") == "{t,f}");
  CHECK(one(field("a", array_of(Type{TypeKind::kNumeric, 4, 2})), R"({"a":[1.5,"2.25"]})") == "{1.50,2.25}");
  CHECK(one(field("a", array_of(Type{TypeKind::kNumeric, 4, 2})), R"({"a":[1.555]})") == "out_of_range");
  CHECK(one(field("a", array_of(kTimestamptzType)), R"({"a":["2026-01-01T00:00:00Z"]})") ==
        "{\"2026-01-01 00:00:00+00\"}");
  CHECK(one(field("a", array_of(kTimestamptzType)), R"({"a":["2026-01-01"]})") == "invalid_timestamp");
  DecodedRows rows = decode({whole}, {R"({"a":[1,"x"]})", R"({"a":"x"})"});
  REQUIRE(rows.failures.size() == 2);
  CHECK(rows.failures[0].message == "field `a`: expected integer, found \"x\"");
  CHECK(rows.failures[1].message == "field `a`: expected an array of integer, found \"x\"");
}

TEST_CASE("json: a text may be limited in its characters, an array's texts too") {
  SourceField name = field("a", kTextType);
  name.characters_max = 3;
  CHECK(one(name, R"({"a":"äöü"})") == "äöü");
  CHECK(one(name, R"({"a":"äöüx"})") == "out_of_range");
  CHECK(one(name, R"({"a":"x\u00e4\u00f6y"})") == "out_of_range");
  DecodedRows rows = decode({name}, {R"({"a":"abcd"})"});
  REQUIRE(rows.failures.size() == 1);
  CHECK(rows.failures[0].message == "field `a`: expected a string of at most 3 characters, found \"abcd\"");
  SourceField names = field("a", array_of(kTextType));
  names.characters_max = 1;
  CHECK(one(names, R"({"a":["x","ä"]})") == "{x,ä}");
  CHECK(one(names, R"({"a":["x","xy"]})") == "out_of_range");
}

TEST_CASE("json: arrays nested too deep are refused") {
  const std::string nested = R"({"a":[1],"b":[[[2]]]})";
  CHECK(one(field("a", array_of(kIntegerType)), nested) == "{1}");
  CHECK(one(field("a", array_of(kIntegerType)), nested, {.depth_max = 3}) == "too_deep");
  CHECK(one(field("a", array_of(kIntegerType)), R"({"a":[1]})", {.depth_max = 1}) == "too_deep");
}

TEST_CASE("json: any value is a jsonb, as PostgreSQL prints it; null is NULL") {
  SourceField payload = field("a", kJsonbType, true);
  CHECK(one(payload, R"({"a": { "bb":[ 1e2 ,{}],"a":"\u00e9\n" } })") == R"({"a": "é\n", "bb": [100, {}]})");
  CHECK(one(payload, R"({"a":[true , "]"],"b":1})") == R"([true, "]"])");
  CHECK(one(payload, R"({"a":{}})") == "{}");
  CHECK(one(payload, R"({"a": "x" })") == R"("x")");
  CHECK(one(payload, R"({"a":-0.50})") == "-0.50");
  CHECK(one(payload, R"({"a":false})") == "false");
  CHECK(one(payload, R"({"a":null})") == "NULL");
  CHECK(one(payload, R"({"a":[null]})") == "[null]");
  CHECK(one(payload, "{}") == "NULL");
  CHECK(one(field("a", kJsonbType), R"({"a":null})") == "null_field");
  CHECK(one(field("a", kJsonbType), "{}") == "missing_field");
}

TEST_CASE("json: what is no jsonb is a failure that says why") {
  SourceField payload = field("a", kJsonbType);
  CHECK(one(payload, R"({"a":{"x":1,"y":{"z":1,"z":2}}})") == "duplicate_field");
  CHECK(one(payload, R"({"a":{"x":1,"x":2}})", {.strict = false}) == R"({"x": 2})");
  CHECK(one(payload, R"({"a":[1}})") == "invalid_json");
  CHECK(one(payload, R"({"a":[01]})") == "invalid_json");
  CHECK(one(payload, R"({"a":"\ud800"})") == "invalid_json");
  CHECK(one(payload, R"({"a":["\u0000"]})") == "invalid_json");
  CHECK(one(payload, R"({"a":1e1000})") == "out_of_range");
  CHECK(one(payload, R"({"a":[[]]})", {.depth_max = 3}) == "[[]]");
  CHECK(one(payload, R"({"a":[[]]})", {.depth_max = 2}) == "too_deep");
  CHECK(one(payload, R"({"a":{"b":{}}})", {.depth_max = 2}) == "too_deep");
  DecodedRows rows = decode({payload}, {R"({"a":{"x":1,"x":2}})"});
  CHECK(rows.failures[0].message ==
        "field `a`: duplicate JSON object key value: a key stands twice in an object");
}

TEST_CASE("json: a jsonb and fields inside of it are read side by side, in any order") {
  SourceField inside = field("country", kTextType, true);
  inside.path = {"a", "country"};
  SourceField same = field("b", array_of(kIntegerType), true);
  same.path = {"c"};
  SourceField payload = field("a", kJsonbType);
  SourceField list = field("c", kJsonbType, true);
  const std::vector<SourceField> fields = {inside, payload, same, list};
  DecodedRows rows = decode(fields, {R"({"a":{"x":[1],"country":"NO"},"c":[1,2]})", R"({"a":{},"c":null})",
                                     R"({"a":{"country":1}})", R"({"c":[1,"x"],"a":{}})", R"({"a":[]})"});
  CHECK(show(rows, 0) == R"(NO|{"x": [1], "country": "NO"}|{1,2}|[1, 2])");
  CHECK(show(rows, 1) == "NULL|{}|NULL|NULL");
  REQUIRE(rows.failures.size() == 3);
  CHECK(rows.failures[0].message == "field `country`: expected a string, found 1");
  CHECK(rows.failures[1].message == "field `b`: expected integer, found \"x\"");
  CHECK(rows.failures[2].code == "wrong_type");
}

TEST_CASE("json: an array of jsonb has elements of any kind") {
  SourceField all = field("a", array_of(kJsonbType));
  CHECK(one(all, R"({"a":[1,{"b": [2]},[],"x",null]})") == R"({1,"{\"b\": [2]}",[],"\"x\"",NULL})");
  CHECK(one(all, R"({"a":[{"b":1,"b":2}]})") == "duplicate_field");
  CHECK(one(all, R"({"a":{}})") == "wrong_type");
  CHECK(one(field("a", array_of(kTextType)), R"({"a":[{}]})") == "wrong_type");
}

TEST_CASE("json: a header holds a jsonb as its text") {
  SourceField header = field("h", kJsonbType, true);
  header.origin = SourceField::kHeader;
  HeaderView view{"h", R"({"a":1e1})"};
  RecordView record;
  record.headers = std::span<const HeaderView>(&view, 1);
  CHECK(show(make_json_decoder({header})->decode({&record, 1}), 0) == R"({"a": 10})");
  view.value = "{";
  CHECK(make_json_decoder({header})->decode({&record, 1}).failures[0].code == "invalid_json");
}

TEST_CASE("json: times come from RFC 3339 or from numbers of the declared unit") {
  SourceField at = field("a", kTimestamptzType);
  CHECK(one(at, R"({"a":"2026-01-01T00:00:00.123456Z"})") == "2026-01-01 00:00:00.123456+00");
  CHECK(one(at, R"({"a":"2026-01-01"})") == "invalid_timestamp");
  CHECK(one(at, R"({"a":"2026-01-01T00:00:00"})") == "invalid_timestamp");
  CHECK(one(at, R"({"a":1767225600})") == "wrong_type");
  at.unit = EpochUnit::kSeconds;
  CHECK(one(at, R"({"a":1767225600.5})") == "2026-01-01 00:00:00.5+00");
  CHECK(one(at, R"({"a":"2026-01-01T00:00:00Z"})") == "wrong_type");
  CHECK(one(at, R"({"a":1e15})") == "out_of_range");
  at.unit = EpochUnit::kMillis;
  CHECK(one(at, R"({"a":1767225600001})") == "2026-01-01 00:00:00.001+00");
  CHECK(one(at, R"({"a":-1})") == "1969-12-31 23:59:59.999+00");
  at.unit = EpochUnit::kMicros;
  CHECK(one(at, R"({"a":1767225600000001})") == "2026-01-01 00:00:00.000001+00");
  at.unit = EpochUnit::kNanos;
  CHECK(one(at, R"({"a":1767225600000001499})") == "2026-01-01 00:00:00.000001+00");
  CHECK(one(at, R"({"a":1767225600000001500})") == "2026-01-01 00:00:00.000002+00");
}

TEST_CASE("json: a timestamp has no zone: a text that has one is refused, and so are numbers") {
  SourceField at = field("a", kTimestampType);
  CHECK(one(at, R"({"a":"2026-01-01T12:00:00"})") == "2026-01-01 12:00:00");
  CHECK(one(at, R"({"a":"2026-01-01 12:00:00.123456"})") == "2026-01-01 12:00:00.123456");
  CHECK(one(at, R"({"a":"2026-01-01T12:00:00Z"})") == "invalid_timestamp");
  CHECK(one(at, R"({"a":"2026-01-01T12:00:00+02:00"})") == "invalid_timestamp");
  CHECK(one(at, R"({"a":"2026-01-01"})") == "invalid_timestamp");
  CHECK(one(at, R"({"a":1767225600})") == "wrong_type");
  DecodedRows rows = decode({at}, {R"({"a":"2026-01-01T12:00:00Z"})"});
  REQUIRE(rows.failures.size() == 1);
  CHECK(rows.failures[0].message ==
        "field `a`: expected a time without zone as in \"2026-01-01T00:00:00\", found "
        "\"2026-01-01T12:00:00Z\"");
}

TEST_CASE("json: dates and intervals come from strings") {
  CHECK(one(field("a", kDateType), R"({"a":"2026-02-28"})") == "2026-02-28");
  CHECK(one(field("a", kDateType), R"({"a":"2026-02-30"})") == "invalid_date");
  CHECK(one(field("a", kDateType), R"({"a":"2026-2-3"})") == "invalid_date");
  CHECK(one(field("a", kIntervalType), R"({"a":"90 minutes"})") == "01:30:00");
  CHECK(one(field("a", kIntervalType), R"({"a":"soon"})") == "invalid_interval");
  CHECK(one(field("a", kIntervalType), R"({"a":"9999999999 days"})") == "out_of_range");
}

TEST_CASE("json: missing and null are the default, else NULL, else a failure") {
  SourceField f = field("a", kTextType);
  CHECK(one(f, "{}") == "missing_field");
  CHECK(one(f, R"({"a":null})") == "null_field");
  CHECK(one(f, R"({"A":"x"})") == "missing_field");
  f.nullable = true;
  CHECK(one(f, "{}") == "NULL");
  CHECK(one(f, R"({"a":null})") == "NULL");
  f.default_text = "EUR";
  CHECK(one(f, "{}") == "EUR");
  CHECK(one(f, R"({"a":null})") == "EUR");
  CHECK(one(f, R"({"a":"USD"})") == "USD");
  SourceField money = field("a", kMoney);
  money.default_text = "0";
  CHECK(one(money, "{}") == "0.00");
}

TEST_CASE("json: a path reaches into nested objects") {
  SourceField city = field("city", kTextType);
  city.path = {"terminal", "address", "city"};
  SourceField zip = field("zip", kTextType, true);
  zip.path = {"terminal", "address", "zip"};
  SourceField id = field("id", kIntegerType);
  DecodedRows rows =
      decode({city, zip, id},
             {R"({"terminal":{"x":{},"address":{"city":"Lyon","zip":"69001"}},"id":1})",
              R"({"id":2,"city":"wrong","terminal":{"address":{"city":"Nice"}}})",
              R"({"id":3,"terminal":{"address":null}})", R"({"id":4,"terminal":5})", R"({"id":5})"});
  CHECK(show(rows, 0) == "Lyon|69001|1");
  CHECK(show(rows, 1) == "Nice|NULL|2");
  REQUIRE(rows.failures.size() == 3);
  CHECK(rows.failures[0].code == "missing_field");
  CHECK(rows.failures[1].code == "wrong_type");
  CHECK(rows.failures[1].message == "field `terminal`: expected an object, found 5");
  CHECK(rows.failures[2].code == "missing_field");
}

TEST_CASE("json: a scalar is expected where an object or array stands") {
  CHECK(whole(R"({"a":{"b":1}})") == "wrong_type");
  CHECK(whole(R"({"a":[1]})") == "wrong_type");
}

TEST_CASE("json: strict refuses every malformed record, also outside the used fields") {
  for (const char* json : {R"({"a":1,"b":truex})",
                           R"({"a":1}{"a":2})",
                           R"({"a":1} x)",
                           R"({"a":1 "b":2})",
                           R"({"a":1,})",
                           R"({"a" 1})",
                           R"({"a":1,"b":01})",
                           R"({"a":1,"b":1.})",
                           R"({"a":1,"b":.5})",
                           R"({"a":1,"b":+5})",
                           R"({"a":1,"b":[1,]})",
                           R"({"a":1,"b":[1 2]})",
                           R"({"a":1,"b":"\x"})",
                           R"({"a":1,"b":"\ud800"})",
                           R"({"a":1,"b":{"c":"x":1},"d":2})",
                           R"({"a":1,"b":"x":1})",
                           R"({"a":1,"b":[})",
                           R"({"a":1,"b":{"c":1})",
                           R"({"a":1,b:2})",
                           R"({"a":1,"b":nul})",
                           R"({"a":1,"b":NaN})",
                           R"({"a":1,"b":'x'})",
                           R"({"a":1]})",
                           R"([{"a":1}])",
                           "1",
                           "",
                           " ",
                           "null",
                           R"({"a":1,"\q":2})",
                           R"({"a":1,"b":"x)",
                           R"({"a":01})",
                           R"({"a":1x})",
                           R"({"a":1 x})",
                           R"({"a":1,"b":})",
                           R"({,"a":1})",
                           R"({"a":1,,"b":2})",
                           R"({"a"::1})",
                           R"({"a":1}})",
                           "{\"a\":1,\"b\":\"\n\"}",
                           "{\"a\":1,\"b\":\"\\",
                           R"({"a":1,"b":[[1]})",
                           "\xEF\xBB\xBF{\"a\":1}"}) {
    INFO(json);
    CHECK(whole(json) == "invalid_json");
  }
  CHECK(whole(std::string("{\"a\":1}\0", 8)) == "invalid_json");
  CHECK(whole("{\"a\":1,\"b\":\"\xFF\"}") == "invalid_utf8");
  CHECK(whole(R"({"a":1,"a":2})") == "duplicate_field");
  CHECK(whole(R"({"a":1,"\u0061":2})") == "duplicate_field");
}

TEST_CASE("json: what is valid passes, however odd") {
  for (const char* json : {R"({"\u0061":1})", "\t{\r\n\"a\" : 1 }\n ", R"({"b":-0.0e-5,"a":1,"c":1e999})",
                           R"({"a":1,"b":2,"b":3})", R"({"b":"\"","a":1})", R"({"b\\":2,"a":1})",
                           R"({"b\"":"\\","a":1})", R"({"":{},"b":[],"a":1})", R"({"b":{"a":9},"a":1})",
                           R"({"b":[{"a":9}],"a":1})", R"({"b":"\ud83d\ude00","a":1})"}) {
    INFO(json);
    CHECK(whole(json) == "1");
  }
}

TEST_CASE("json: lenient stops at the last field and takes the first of equal names") {
  JsonOptions lenient{.strict = false};
  CHECK(whole(R"({"a":1,"b":truex})", lenient) == "1");
  CHECK(whole(R"({"b":truex,"a":1})", lenient) == "1");
  CHECK(whole(R"({"a":1,"a":2})", lenient) == "1");
  CHECK(whole(R"({"a":1}{"a":2})", lenient) == "1");
  CHECK(whole(R"({"a":1x})", lenient) == "invalid_json");
  CHECK(whole(R"({"b":2})", lenient) == "missing_field");
}

TEST_CASE("json: depth and size are bounded") {
  std::string deep = R"({"a":1,"b":)" + std::string(63, '[') + std::string(63, ']') + "}";
  CHECK(whole(deep) == "1");
  deep = R"({"a":1,"b":)" + std::string(64, '[') + std::string(64, ']') + "}";
  CHECK(whole(deep) == "too_deep");
  CHECK(whole(R"({"a":1,"b":)" + std::string(100000, '[')) == "invalid_json");
  JsonOptions small;
  small.record_bytes_max = 10;
  CHECK(whole(R"({"a":12345})", small) == "record_too_large");
  CHECK(whole(R"({"a":1234})", small) == "1234");
}

TEST_CASE("json: a message shows the beginning of what was found") {
  DecodedRows rows = decode({field("a", kMoney)}, {R"({"a":")" + std::string(5000, 'x') + "\"}"});
  REQUIRE(rows.failures.size() == 1);
  CHECK(rows.failures[0].message ==
        "field `a`: expected numeric(12,2), found \"" + std::string(99, 'x') + "...");
}

TEST_CASE("records: fields from headers, the key and the timestamp") {
  SourceField trace = field("trace", kBigintType, true);
  trace.origin = SourceField::kHeader;
  trace.header = "trace-id";
  SourceField key = field("k", kTextType);
  key.origin = SourceField::kKey;
  SourceField at = field("at", kTimestamptzType);
  at.origin = SourceField::kTimestamp;
  HeaderView headers[] = {{"trace-id", "1"}, {"other", "x"}, {"trace-id", "42"}};
  HeaderView bad[] = {{"trace-id", "x1"}};
  std::string key_text = "card-1";
  std::vector<RecordView> records(4);
  for (RecordView& record : records) {
    record.key = key_text;
    record.timestamp = ProcessingTime{1'000};
  }
  records[0].headers = std::span<const HeaderView>(headers);
  records[2].headers = std::span<const HeaderView>(bad);
  records[3].key = "\xFF";
  DecodedRows rows = make_json_decoder({trace, key, at})->decode(records);
  CHECK(show(rows, 0) == "42|card-1|1970-01-01 00:00:00.001+00");
  CHECK(show(rows, 1) == "NULL|card-1|1970-01-01 00:00:00.001+00");
  REQUIRE(rows.failures.size() == 2);
  CHECK(rows.failures[0].row == 2);
  CHECK(rows.failures[0].code == "wrong_type");
  CHECK(rows.failures[1].row == 3);
  CHECK(rows.failures[1].code == "invalid_utf8");
}

TEST_CASE("records: a tombstone fails only where a field comes from the value") {
  std::vector<RecordView> records(1);
  records[0].key = "k";
  SourceField key = field("k", kTextType);
  key.origin = SourceField::kKey;
  CHECK(make_json_decoder({key})->decode(records).failures.empty());
  DecodedRows rows = make_json_decoder({key, field("a", kTextType, true)})->decode(records);
  REQUIRE(rows.failures.size() == 1);
  CHECK(rows.failures[0].code == "null_value");
}

}  // namespace pactolus
