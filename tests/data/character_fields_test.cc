// Fields of the type char(n), from records, and in keys and headers.
#include <catch2/catch.hpp>

#include "data/codecs/json_decoder.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

constexpr Type kThree{.kind = TypeKind::kBpchar, .length = 3};

/// What a field of the type makes of a record: its value's text, or the failure's code.
std::string read(SourceField source, const RecordView& record) {
  const DecodedRows rows = make_json_decoder({std::move(source)})->decode({&record, 1});
  if (!rows.failures.empty()) return rows.failures[0].code + ": " + rows.failures[0].message;
  std::string text;
  append_value(*rows.columns[0], 0, text);
  return text;
}

SourceField field(Type type) {
  SourceField source;
  source.name = "a";
  source.type = type;
  return source;
}

std::string of_json(Type type, const std::string& json) {
  RecordView record;
  record.value = json;
  return read(field(type), record);
}

std::string of_key(Type type, const std::string& key) {
  RecordView record;
  record.key = key;
  record.value = "{}";
  SourceField source = field(type);
  source.origin = SourceField::kKey;
  return read(std::move(source), record);
}

}  // namespace

TEST_CASE("characters: they are filled with blanks, and only blanks may be too many") {
  CHECK(of_json(kThree, R"({"a":"ab"})") == "ab ");
  CHECK(of_json(kThree, R"({"a":""})") == "   ");
  CHECK(of_json(kThree, R"({"a":"abc"})") == "abc");
  CHECK(of_json(kThree, R"({"a":"abc  "})") == "abc");
  CHECK(of_json(kThree, R"({"a":"\u00e9"})") == "\xC3\xA9  ");
  CHECK(of_json(kThree, R"({"a":"\u00e9\u00e9\u00e9 "})") == "\xC3\xA9\xC3\xA9\xC3\xA9");
  CHECK(of_json(kThree, R"({"a":"abcd"})") ==
        "out_of_range: field `a`: expected a string of at most 3 characters, found \"abcd\"");
  CHECK(of_json(kThree, R"({"a":7})") ==
        "wrong_type: field `a`: expected a string of at most 3 characters, found 7");
  CHECK(of_json(kBpcharType, R"({"a":"ab "})") == "ab ");
}

TEST_CASE("characters: a key is read as a value is") {
  CHECK(of_key(kThree, "ab") == "ab ");
  CHECK(of_key(kThree, "abcd").starts_with("out_of_range: "));
}

TEST_CASE("characters: an absent field has its default") {
  SourceField source = field(kThree);
  source.default_text = "x";
  RecordView record;
  record.value = "{}";
  CHECK(read(source, record) == "x  ");
}

TEST_CASE("characters: arrays of them are no longer than arrays may be") {
  CHECK(of_json(array_of(kThree), R"({"a":["a",null,"bcd "]})") == R"({"a  ",NULL,bcd})");
  CHECK(of_json(array_of(kThree), R"({"a":["a","bcde"]})").starts_with("out_of_range: "));
  const Type longest = array_of(Type{.kind = TypeKind::kBpchar, .length = 1024 * 1024});
  CHECK(of_json(longest, R"({"a":["a","b"]})") ==
        "out_of_range: field `a`: expected an array of character(1048576), found an array of 2");
}

}  // namespace pactolus
