#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <span>

#include "data/jsonb/jsonb_concatenation.h"
#include "data/jsonb/jsonb_number.h"
#include "data/jsonb/jsonb_order.h"
#include "data/jsonb/jsonb_reader.h"
#include "data/jsonb/jsonb_scan.h"
#include "data/jsonb/jsonb_string.h"

// What stands here as expected is what a PostgreSQL 15 answered.
namespace pactolus {
namespace {

/// The canonical text, or the SQLSTATE.
std::string jsonb(std::string_view json, const JsonbReading& reading = {}) {
  std::string out;
  auto read = append_jsonb(json, reading, out);
  return read.ok() ? out : read.error().sqlstate;
}

std::string shown(std::optional<std::string_view> value) { return value ? std::string(*value) : "NULL"; }
std::string member(std::string_view json, std::string_view key) {
  return shown(jsonb_member(jsonb(json), key));
}
std::string element(std::string_view json, int64_t index) {
  const std::string value = jsonb(json);
  return shown(jsonb_element(value, index));
}
std::string step(std::string_view json, std::string_view name) {
  const std::string value = jsonb(json);
  return shown(jsonb_step(value, name));
}
std::string text_of(std::string_view json) {
  Arena memory;
  const std::string value = jsonb(json);
  return shown(jsonb_to_text(value, memory));
}
std::string joined(std::string_view a, std::string_view b) {
  Arena memory;
  auto value = concatenate_jsonb(jsonb(a), jsonb(b), memory);
  return value ? std::string(*value) : "too long";
}
bool contains(std::string_view a, std::string_view b) { return jsonb_contains(jsonb(a), jsonb(b)); }
bool exists(std::string_view json, std::string_view key) { return jsonb_exists(jsonb(json), key); }

std::string repeated(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all.append(text);
  return all;
}

/// In ascending order, each group of equal values in one entry.
const std::vector<std::vector<std::string>> kAscending = {
    {"[]"},
    {"null"},
    {"\"\""},
    {R"("\n")"},
    {R"("\"")"},
    {"\"a\""},
    {"\"aa\""},
    {"\"b\""},
    {"\"é\""},
    {"-123456789012345678901234567890123456789012345"},
    {"-10"},
    {"-1"},
    {"-0.5"},
    {"0", "0.00"},
    {"0.1", "0.10"},
    {"1", "1.00"},
    {"2"},
    {"10"},
    {"123456789012345678901234567890123456789012345"},
    {"123456789012345678901234567890123456789012345.5"},
    {"1e50"},
    {"false"},
    {"true"},
    {"[null]"},
    {R"(["\u0001"])"},
    {R"(["\t"])"},
    {"[\"a\"]"},
    {"[1]", "[1.0]"},
    {"[2]"},
    {"[true]"},
    {"[[]]"},
    {"[[3]]"},
    {"[{}]"},
    {"[1, 2]"},
    {"[[1, 2], 3]"},
    {"{}"},
    {R"({"a": null})"},
    {R"({"a": 1})", R"({"a": 1.00})"},
    {R"({"a": 2})"},
    {R"({"a": []})"},
    {R"({"a": {}})"},
    {R"({"aa": 1})"},
    {R"({"b": 1})"},
    {R"({"a": 1, "b": 0})"},
};

/// JSON texts, mostly well-formed.
class RandomJson {
 public:
  explicit RandomJson(uint32_t seed) : random_(seed) {}

  std::string value(int depth = 0) {
    switch (below(depth > 3 ? 5 : 8)) {
      case 0:
        return pick({"null", "true", "false"});
      case 1:
      case 2:
        return pick({"0", "-1", "1.50", "1e3", "-0.0", "12345678901234567890.5", "2E-3", "7"});
      case 3:
      case 4:
        return string();
      case 5:
        return list('[', ']', [&] { return value(depth + 1); });
      default:
        return list('{', '}', [&] { return string() + ":" + value(depth + 1); });
    }
  }

  /// With a byte that is changed, left out or put in.
  std::string broken(std::string text) {
    const size_t at = below(text.size());
    const std::string byte = pick({"{", "}", "[", "]", ",", ":", "\"", "\\", "u", "0", "e", "-", " ", "\n"});
    return text.replace(at, below(2), below(3) == 0 ? std::string() : byte);
  }

  size_t below(size_t end) { return random_() % end; }

 private:
  std::string pick(std::vector<std::string> all) { return all[below(all.size())]; }
  std::string string() {
    return pick({R"("a")", R"("b")", R"("aa")", R"("é")", R"("\n")", R"("\u0061")", R"("\ud83d\ude00")",
                 R"("a\"b")", R"("")", R"("\u001f")"});
  }
  template <class Item>
  std::string list(char begin, char end, Item item) {
    std::string text(1, begin);
    for (size_t i = below(4); i > 0; --i) text += item() + (i > 1 ? pick({",", " , "}) : "");
    return text + end;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("jsonb: a text is read to the form that PostgreSQL prints") {
  CHECK(jsonb(" \t\n\r1 ") == "1");
  CHECK(jsonb("[1,[2,{\"a\":[]}],{}]") == R"([1, [2, {"a": []}], {}])");
  CHECK(jsonb("[ true,false ,null]") == "[true, false, null]");
  CHECK(jsonb(R"({"b":1,"a":2,"aa":3,"b":4})") == R"({"a": 2, "b": 4, "aa": 3})");
  CHECK(jsonb(R"({"é":1,"zz":2,"z":3})") == R"({"z": 3, "zz": 2, "é": 1})");
  CHECK(jsonb(R"({"a\nb":1,"abc":2, "ab":3})") == R"({"ab": 3, "a\nb": 1, "abc": 2})");
  CHECK(jsonb(R"({"\u0061":1,"a":2})") == R"({"a": 2})");
  CHECK(jsonb(R"({"a":1,"a":{"b":1,"a":0},"a":{"d":1,"c":{"z":1,"y":2}}})") ==
        R"({"a": {"c": {"y": 2, "z": 1}, "d": 1}})");
  CHECK(jsonb(R"({"":1})") == R"({"": 1})");
}

TEST_CASE("jsonb: strings keep only the escapes that they need") {
  CHECK(jsonb(R"("\b\f\n\r\t\/\"\\")") == R"("\b\f\n\r\t/\"\\")");
  CHECK(jsonb(R"("\u00e9\ud83d\ude00")") == "\"é😀\"");
  CHECK(jsonb(R"("a\u0041\u00420")") == R"("aAB0")");
  CHECK(jsonb(R"("\u001f\u007F\u000a\u20AC")") == "\"\\u001f\x7f\\n€\"");
}

TEST_CASE("jsonb: numbers keep their scale and lose their exponent") {
  CHECK(jsonb("1e2") == "100");
  CHECK(jsonb("1E+2") == "100");
  CHECK(jsonb("1e-2") == "0.01");
  CHECK(jsonb("1.50") == "1.50");
  CHECK(jsonb("1.50e1") == "15.0");
  CHECK(jsonb("12.5e-3") == "0.0125");
  CHECK(jsonb("-0") == "0");
  CHECK(jsonb("-0.00") == "0.00");
  CHECK(jsonb("0.0e5") == "0");
  CHECK(jsonb("0e200000") == "0");
  CHECK(jsonb("123456789012345678901234567890123456789012345678901234567890.10") ==
        "123456789012345678901234567890123456789012345678901234567890.10");
  CHECK(jsonb("0e1073741823") == "22003");
  CHECK(jsonb("1e99999999999999999999") == "22003");
  CHECK(jsonb("1e-99999999999999999999") == "22003");
}

TEST_CASE("jsonb: a number that is long when written out is refused, as is a long text") {
  CHECK(jsonb("1e999").size() == kJsonbNumberBytesMax);
  CHECK(jsonb("1e1000") == "22003");
  CHECK(jsonb("-1e998").size() == kJsonbNumberBytesMax);
  CHECK(jsonb("-1e999") == "22003");
  CHECK(jsonb("1e-998").size() == kJsonbNumberBytesMax);
  CHECK(jsonb("1e-999") == "22003");
  CHECK(jsonb(repeated("9", kJsonbNumberBytesMax)).size() == kJsonbNumberBytesMax);
  CHECK(jsonb(repeated("9", kJsonbNumberBytesMax + 1)) == "22003");
  CHECK(jsonb("[" + repeated("1e990,", kJsonbBytesMax / 1000) + "1]").size() < kJsonbBytesMax);
  CHECK(jsonb("[" + repeated("1e990,", kJsonbBytesMax / 990) + "1]") == "54000");
}

TEST_CASE("jsonb: nesting has a bound") {
  const std::string deepest = repeated("[", kJsonbDepthMax) + repeated("]", kJsonbDepthMax);
  CHECK(jsonb(deepest) == deepest);
  CHECK(compare_jsonb(deepest, jsonb(deepest)) == 0);
  CHECK(jsonb("[" + deepest + "]") == "54001");
  CHECK(jsonb(repeated("{\"a\":", 100'000)) == "54001");
  CHECK(jsonb("[[1]]", {.depth_max = 1}) == "54001");
}

TEST_CASE("jsonb: malformed texts are refused with PostgreSQL's states") {
  const char* malformed[] = {
      "",           " ",         "1.",        ".5",          "01",    "-",           "+1",
      "1e",         "1x",        "1true",     "nul",         "nullx", "NULL",        "True",
      "{\"a\"}",    "{\"a\":}",  "{\"a\":1,", "[1,]",        "[,1]",  "{a:1}",       "{1:1}",
      "[1 2]",      "1 2",       "[] []",     "\f1",         "\v1",   "\"\t\"",      "NaN",
      "\"a",        "\"ab\\",    "\"\\x\"",   "\"\\u12\"",   "1-2",   "\"\\u12g4\"", "--1",
      "{\"a\":1}}", "{\"a\":1]", "[1}",       "[\"a\" : 1]", "{,}",   "{\"a\":1,}",  "\"\\U0041\""};
  for (const char* json : malformed) {
    INFO(json);
    CHECK(jsonb(json) == "22P02");
  }
  CHECK(jsonb("\"\\u0000\"") == "22P05");
  CHECK(jsonb("\"\\u0000\" x") == "22P05");
  CHECK(jsonb("x \"\\u0000\"") == "22P02");
  CHECK(jsonb("[1e2000 x") == "22P02");
  CHECK(jsonb("[1e2000, x") == "22003");
}

TEST_CASE("jsonb: halves of surrogate pairs stand for nothing") {
  for (const char* json : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud83dx")", R"("\ud83d\n")",
                           R"("\uD83D\uD83D")", R"("\ud83d\ude0")"}) {
    INFO(json);
    CHECK(jsonb(json) == "22P02");
  }
}

TEST_CASE("jsonb: equal keys are refused where asked for, at any depth and however they are written") {
  const JsonbReading strict{.unique_keys = true};
  CHECK(jsonb(R"({"b":1,"a":2})", strict) == R"({"a": 2, "b": 1})");
  CHECK(jsonb(R"({"b":1,"a":2,"\u0062":3})", strict) == "22030");
  CHECK(jsonb(R"([{"x":{"a":2,"a":2}}])", strict) == "22030");
  CHECK(jsonb(R"({"a":{"a":{"a":1}}})", strict) == R"({"a": {"a": {"a": 1}}})");
}

TEST_CASE("jsonb: a member by its key") {
  CHECK(member(R"({"a":1,"bb":[1,"]"],"c":null})", "bb") == R"([1, "]"])");
  CHECK(member(R"({"a":1,"bb":2,"c":null})", "c") == "null");
  CHECK(member(R"({"a":1,"bb":2})", "b") == "NULL");
  CHECK(member(R"({"a\"b":"x\\","é":"}"})", "a\"b") == R"("x\\")");
  CHECK(member(R"({"a\"b":"x\\","é":"}"})", "é") == R"("}")");
  CHECK(member(R"({"a\"b":1})", "a\\\"b") == "NULL");
  CHECK(member(R"({"":{"a":1}})", "") == R"({"a": 1})");
  CHECK(member(R"("a")", "a") == "NULL");
  CHECK(member(R"(["a"])", "a") == "NULL");
}

TEST_CASE("jsonb: an element by its index, of a scalar the scalar") {
  CHECK(element("[1,{\"a\":[2]},\"x\"]", 1) == R"({"a": [2]})");
  CHECK(element("[1,2,3]", 3) == "NULL");
  CHECK(element("[1,2,3]", -1) == "3");
  CHECK(element("[1,2,3]", -3) == "1");
  CHECK(element("[1,2,3]", -4) == "NULL");
  CHECK(element("[1,2]", std::numeric_limits<int32_t>::min()) == "NULL");
  CHECK(element("[]", 0) == "NULL");
  CHECK(element("{\"a\":1}", 0) == "NULL");
  CHECK(element("1", 0) == "1");
  CHECK(element("\"a\"", -1) == "\"a\"");
  CHECK(element("1", 1) == "NULL");
}

TEST_CASE("jsonb: a path's names are keys, and indexes as strtol reads them") {
  CHECK(step("{\"0\":1}", "0") == "1");
  CHECK(step("[1,2]", " 1") == "2");
  CHECK(step("[1,2]", " +1") == "2");
  CHECK(step("[1,2]", "-1") == "2");
  CHECK(step("[1,2]", "1 ") == "NULL");
  CHECK(step("[1,2]", "+-1") == "NULL");
  CHECK(step("[1,2]", "") == "NULL");
  CHECK(step("[1,2]", "99999999999") == "NULL");
  CHECK(step("\"a\"", "0") == "NULL");
}

TEST_CASE("jsonb: type names and sizes") {
  CHECK(jsonb_type_name(jsonb_type("null")) == "null");
  CHECK(jsonb_type_name(jsonb_type("true")) == "boolean");
  CHECK(jsonb_type_name(jsonb_type("-1")) == "number");
  CHECK(jsonb_type_name(jsonb_type("\"a\"")) == "string");
  CHECK(jsonb_type_name(jsonb_type("[1]")) == "array");
  CHECK(jsonb_type_name(jsonb_type("{}")) == "object");
  CHECK(jsonb_size("[]") == 0);
  CHECK(jsonb_size(jsonb(R"([1,"a,b",[1,2],{"a":1,"b":2}])")) == 4);
  CHECK(jsonb_size(jsonb(R"({"a":"\"","b":[1,2]})")) == 2);
}

TEST_CASE("jsonb: a value's text is a string's characters, and no text of null") {
  CHECK(text_of(R"("a\n\"\\\u001f\u00e9/")") == "a\n\"\\\x1fé/");
  CHECK(text_of(R"("plain")") == "plain");
  CHECK(text_of("\"\"").empty());
  CHECK(text_of("null") == "NULL");
  CHECK(text_of("1.50") == "1.50");
  CHECK(text_of(R"({"a":"\n"})") == R"({"a": "\n"})");
}

TEST_CASE("jsonb: numbers of any length are rounded half away from zero, within 64 bits") {
  const auto rounded = [](std::string_view number) { return round_jsonb_number(jsonb(number)); };
  CHECK(rounded("2.5") == 3);
  CHECK(rounded("-2.5") == -3);
  CHECK(rounded("0.4999999999999999999999999999999999999999999") == 0);
  CHECK(rounded("-0.4") == 0);
  CHECK(rounded("9223372036854775807.4") == std::numeric_limits<int64_t>::max());
  CHECK(rounded("9223372036854775807.5") == std::nullopt);
  CHECK(rounded("-9223372036854775808.4") == std::numeric_limits<int64_t>::min());
  CHECK(rounded("-9223372036854775808.5") == std::nullopt);
  CHECK(rounded("18446744073709551617") == std::nullopt);
  CHECK(rounded("1e30") == std::nullopt);
}

TEST_CASE("jsonb: two are joined as PostgreSQL joins them") {
  CHECK(joined(R"({"a":1,"b":2})", R"({"b":3,"aa":4,"":0})") == R"({"": 0, "a": 1, "b": 3, "aa": 4})");
  CHECK(joined("{}", "{}") == "{}");
  CHECK(joined("{}", "[]") == "[{}]");
  CHECK(joined("[]", "[]") == "[]");
  CHECK(joined("[1]", "[[2],3]") == "[1, [2], 3]");
  CHECK(joined("1", "null") == "[1, null]");
  CHECK(joined("{\"a\":1}", "1") == R"([{"a": 1}, 1])");
  CHECK(joined("\"a\"", "[]") == "[\"a\"]");
  const std::string large =
      "[" + repeated("\"" + std::string(1000, 'x') + "\",", kJsonbBytesMax / 1500) + "1]";
  CHECK(joined(large, large) == "too long");
}

TEST_CASE("jsonb: values of all types have PostgreSQL's order") {
  for (size_t i = 0; i < kAscending.size(); ++i) {
    for (size_t j = 0; j < kAscending.size(); ++j) {
      for (const std::string& a : kAscending[i]) {
        for (const std::string& b : kAscending[j]) {
          INFO(a << " and " << b);
          const int order = compare_jsonb(jsonb(a), jsonb(b));
          CHECK((order > 0) == (i > j));
          CHECK((order < 0) == (i < j));
        }
      }
    }
  }
}

TEST_CASE("jsonb: what contains what") {
  CHECK(contains(R"({"a":1,"b":{"c":[1,2,{"d":3}],"e":1}})", R"({"b":{"c":[2,{"d":3.0}]}})"));
  CHECK_FALSE(contains(R"({"a":1,"b":2})", R"({"b":1})"));
  CHECK_FALSE(contains(R"({"a":1})", R"({"a":1,"b":2})"));
  CHECK_FALSE(contains(R"({"a":{}})", R"({"a":[]})"));
  CHECK(contains(R"({"a":1})", "{}"));
  CHECK(contains("[1,1.0]", "[1.00,1,1]"));
  CHECK(contains("[\"foo\"]", "\"foo\""));
  CHECK_FALSE(contains("\"foo\"", "[\"foo\"]"));
  CHECK(contains("1", "1.0"));
  CHECK_FALSE(contains("[[\"a\"]]", "[\"a\"]"));
  CHECK_FALSE(contains("[[\"a\"]]", "\"a\""));
  CHECK(contains("[[1,2],[3]]", "[[1],[2],[3]]"));
  CHECK(contains("[[1]]", "[[]]"));
  CHECK_FALSE(contains("[1]", "[[]]"));
  CHECK_FALSE(contains("[{\"a\":1}]", "[[]]"));
  CHECK(contains("[]", "[]"));
  CHECK_FALSE(contains("1", "[]"));
  CHECK_FALSE(contains("{}", "[]"));
  CHECK_FALSE(contains("[]", "{}"));
}

TEST_CASE("jsonb: which keys exist") {
  CHECK(exists(R"({"a":null,"b\n":1})", "a"));
  CHECK(exists(R"({"a":null,"b\n":1})", "b\n"));
  CHECK_FALSE(exists(R"({"b":"a"})", "a"));
  CHECK(exists(R"(["a",["b"]])", "a"));
  CHECK_FALSE(exists(R"(["a",["b"]])", "b"));
  CHECK(exists("\"a\"", "a"));
  CHECK_FALSE(exists("1", "1"));
}

TEST_CASE("jsonb: a canonical text stays what it is, whatever it was made of") {
  RandomJson random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string once = jsonb(random.value());
    INFO(once);
    REQUIRE(jsonb(once) == once);
    REQUIRE(jsonb_contains(once, once));
    const std::string other = jsonb(random.value());
    const std::string both = joined(once, other);
    REQUIRE(jsonb(both) == both);
  }
}

TEST_CASE("jsonb: any two values have one order, and a third one fits in") {
  RandomJson random(2);
  std::vector<std::string> values;
  for (int i = 0; i < 150; ++i) values.push_back(jsonb(random.value()));
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return compare_jsonb(a, b) < 0; });
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = i; j < values.size(); ++j) {
      INFO(values[i] << " and " << values[j]);
      REQUIRE(compare_jsonb(values[i], values[j]) <= 0);
      REQUIRE(compare_jsonb(values[j], values[i]) >= 0);
    }
  }
}

TEST_CASE("jsonb: no text leads the reader or a scan astray") {
  RandomJson random(3);
  for (int i = 0; i < 50'000; ++i) {
    std::string text = random.value();
    for (size_t breaks = random.below(4); breaks > 0 && !text.empty(); --breaks) text = random.broken(text);
    const std::string read = jsonb(text);
    INFO(text);
    REQUIRE((read.starts_with("22") || jsonb(read) == read));
    // A row that was read from a damaged disk may hold anything.
    (void)compare_jsonb(text, read);
    (void)jsonb_contains(text, read);
    (void)jsonb_exists(text, "a");
    Arena memory;
    (void)concatenate_jsonb(text, read, memory);
    (void)jsonb_element(text, -2);
    (void)jsonb_step(text, "1");
  }
}

}  // namespace pactolus
