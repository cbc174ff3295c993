#include "data/key_encoding.h"

#include <catch2/catch.hpp>

#include "data/random_values.h"
#include "data/text_format.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

constexpr Type kThreeCharacters{.kind = TypeKind::kBpchar, .length = 3};

int sign(int v) { return (v > 0) - (v < 0); }

/// PostgreSQL's ascending order of two slots, NULLS LAST.
int sql_order(const Column& column, size_t a, size_t b) {
  if (column.is_null(a) || column.is_null(b)) return int{column.is_null(a)} - int{column.is_null(b)};
  return visit_ordered(column.type().kind, [&]<class T>() {
    return sign(compare_values(column.values<T>()[a], column.values<T>()[b]));
  });
}

std::string key_of(Type type, const char* text) {
  Column column(type, 1);
  Arena memory;
  REQUIRE(parse_value(text, column, 0, memory).ok());
  std::string out;
  append_key_value(column, 0, out);
  return out;
}

std::string key_of_text(std::string_view text) {
  Column column(kTextType, 1);
  column.values_of<TypeKind::kText>()[0] = text;
  std::string out;
  append_key_value(column, 0, out);
  return out;
}

/// What a value is after encoding and decoding.
std::string back(Type type, const char* text) {
  std::string key = key_of(type, text);
  std::string_view rest = key;
  Column column(type, 1);
  Column* columns[] = {&column};
  Arena texts;
  REQUIRE(decode_key(rest, columns, 0, texts));
  CHECK(rest.empty());
  std::string out;
  append_value(column, 0, out);
  return out;
}

}  // namespace

TEST_CASE("keys: bytes are ordered as the values are, for every type") {
  RandomValues random(1);
  constexpr size_t kRows = 300;
  for (Type type : key_types_of_every_kind()) {
    auto column = random.column(type, kRows);
    std::vector<std::string> keys(kRows);
    for (size_t row = 0; row < kRows; ++row) append_key_value(*column, row, keys[row]);
    for (size_t a = 0; a < kRows; ++a) {
      for (size_t b = 0; b < kRows; ++b) {
        if (sql_order(*column, a, b) != sign(keys[a].compare(keys[b])))
          FAIL(to_string(type) << " " << a << " " << b);
      }
    }
  }
}

TEST_CASE("keys: several columns order by the first, then by the next") {
  RandomValues random(2);
  constexpr size_t kRows = 300;
  for (int round = 0; round < 20; ++round) {
    std::vector<ColumnPtr> columns;
    const std::vector<Type> types = key_types_of_every_kind();
    for (int i = 0; i < 3; ++i) columns.push_back(random.column(types[random.below(types.size())], kRows));
    std::vector<uint32_t> rows(kRows);
    for (uint32_t i = 0; i < kRows; ++i) rows[i] = i;
    ByteRows keys;
    encode_keys(columns, rows, keys);
    REQUIRE(keys.size() == kRows);
    for (size_t a = 0; a < kRows; ++a) {
      for (size_t b = 0; b < kRows; ++b) {
        int order = 0;
        for (size_t i = 0; i < columns.size() && order == 0; ++i) order = sql_order(*columns[i], a, b);
        if (order != sign(keys[a].compare(keys[b]))) FAIL(a << " " << b);
      }
    }
  }
}

TEST_CASE("keys: what is decoded equals what was encoded, and encodes alike") {
  RandomValues random(3);
  constexpr size_t kRows = 2000;
  std::vector<ColumnPtr> columns;
  std::vector<std::shared_ptr<Column>> decoded;
  std::vector<Column*> targets;
  for (Type type : key_types_of_every_kind()) {
    columns.push_back(random.column(type, kRows));
    targets.push_back(decoded.emplace_back(make_column(type, kRows)).get());
  }
  std::vector<uint32_t> rows(kRows);
  for (uint32_t i = 0; i < kRows; ++i) rows[i] = i;
  ByteRows keys;
  encode_keys(columns, rows, keys);
  Arena texts;
  for (size_t row = 0; row < kRows; ++row) {
    std::string with_more = std::string(keys[row]) + "\xFF";
    std::string_view rest = with_more;
    REQUIRE(decode_key(rest, targets, row, texts));
    REQUIRE(rest == "\xFF");
  }
  ByteRows again;
  encode_keys(std::vector<ColumnPtr>(decoded.begin(), decoded.end()), rows, again);
  for (size_t row = 0; row < kRows; ++row) REQUIRE(again[row] == keys[row]);
  const auto* money = decoded[5]->values_of<TypeKind::kNumeric>();
  for (size_t row = 0; row < kRows; ++row) REQUIRE((decoded[5]->is_null(row) || money[row].scale() == 2));
}

TEST_CASE("keys: values that SQL holds for equal have one encoding") {
  CHECK(key_of(kNumericType, "1.0") == key_of(kNumericType, "1.00"));
  CHECK(key_of(kNumericType, "0") == key_of(kNumericType, "0.000"));
  CHECK(key_of(kNumericType, "100") == key_of(kNumericType, "1e2"));
  CHECK(key_of(kDoubleType, "0") == key_of(kDoubleType, "-0"));
  CHECK(key_of(kIntervalType, "1 mon") == key_of(kIntervalType, "30 days"));
  CHECK(key_of(kIntervalType, "1 day") == key_of(kIntervalType, "24:00"));
  CHECK(key_of(kBpcharType, "ab") == key_of(kBpcharType, "ab  "));
  CHECK(key_of(kThreeCharacters, "ab") == key_of(Type{.kind = TypeKind::kBpchar, .length = 5}, "ab"));
  CHECK(key_of(kBpcharType, " ab") != key_of(kBpcharType, "ab"));
}

TEST_CASE("keys: numerics, intervals and characters come back in one form") {
  CHECK(back(kThreeCharacters, "ab") == "ab ");
  CHECK(back(kThreeCharacters, "") == "   ");
  CHECK(back(kThreeCharacters, "\xC3\xA9") == "\xC3\xA9  ");
  CHECK(back(kBpcharType, "ab  ") == "ab");
  CHECK(back(kNumericType, "1.500") == "1.5");
  CHECK(back(kNumericType, "-100") == "-100");
  CHECK(back(kNumericType, "99999999999999999999999999999999999999") ==
        "99999999999999999999999999999999999999");
  CHECK(back(Type{TypeKind::kNumeric, 12, 2}, "7") == "7.00");
  CHECK(back(kIntervalType, "36 days 25:00") == "1 mon 7 days 01:00:00");
  CHECK(back(kIntervalType, "-30 days") == "-1 mons");
  Interval largest{std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::max(),
                   std::numeric_limits<int64_t>::max()};
  Column column(kIntervalType, 2);
  column.values_of<TypeKind::kInterval>()[0] = largest;
  std::string key;
  append_key_value(column, 0, key);
  std::string_view rest = key;
  Column* columns[] = {&column};
  Arena texts;
  REQUIRE(decode_key(rest, columns, 1, texts));
  CHECK(column.values_of<TypeKind::kInterval>()[1] == largest);
}

TEST_CASE("keys: the bytes are a format that stays") {
  CHECK(key_of(kIntegerType, "1") == std::string("\x01\x80\x00\x00\x01", 5));
  CHECK(key_of(kTextType, "ab") == std::string("\x01"
                                               "ab\x00\x01",
                                               5));
  CHECK(key_of(kBooleanType, "t") == "\x01\x01");
  CHECK(key_of(kNumericType, "12.5") == std::string("\x01\x03\x40\x02\x0D\x33\x00", 7));
  CHECK(key_of(kNumericType, "-12.5") == "\x01\x01\xBF\xFD\xF2\xCC\xFF");
}

TEST_CASE("keys: a text of any length is found with a NUL at any place") {
  using namespace std::string_literals;
  for (size_t size = 0; size < 40; ++size) {
    const std::string text(size, '\x80');
    CHECK(key_of_text(text) == "\x01" + text + "\0\x01"s);
    for (size_t at = 0; at < size; ++at) {
      std::string with_nul = text;
      with_nul[at] = '\0';
      const std::string key = key_of_text(with_nul);
      CHECK(key == "\x01" + with_nul.insert(at + 1, 1, '\xFF') + "\0\x01"s);
    }
  }
}

TEST_CASE("keys: characters that don't fit their column are refused") {
  const std::string key = key_of(kBpcharType, "abcd");
  std::string_view rest = key;
  Column column(kThreeCharacters, 1);
  Column* columns[] = {&column};
  Arena texts;
  CHECK_FALSE(decode_key(rest, columns, 0, texts));
}

TEST_CASE("keys: malformed bytes are refused, at every cut and flip") {
  RandomValues random(4);
  std::vector<Type> types = key_types_of_every_kind();
  for (Type type : types) {
    auto column = random.column(type, 50);
    for (size_t row = 0; row < 50; ++row) {
      std::string key;
      append_key_value(*column, row, key);
      Column target(type, 1);
      Column* columns[] = {&target};
      Arena texts;
      for (size_t cut = 0; cut < key.size(); ++cut) {
        std::string_view rest = std::string_view{key}.substr(0, cut);
        REQUIRE_FALSE(decode_key(rest, columns, 0, texts));
      }
      for (size_t at = 0; at < key.size(); ++at) {
        std::string flipped = key;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.below(8)));
        std::string_view rest = flipped;
        (void)decode_key(rest, columns, 0, texts);  // must not trip the sanitizers
      }
    }
  }
}

}  // namespace pactolus
