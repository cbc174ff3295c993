#include "data/codecs/row_codec.h"

#include <catch2/catch.hpp>

#include "data/random_values.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

Schema schema_of_every_kind() {
  std::vector<Field> fields;
  for (Type type : types_of_every_kind()) {
    fields.push_back({"f" + std::to_string(fields.size()), type});
    fields.push_back({"f" + std::to_string(fields.size()), array_of(type)});
  }
  return Schema(std::move(fields));
}

std::string text(const Column& column, size_t row) {
  std::string out = column.is_null(row) ? "NULL" : "";
  if (out.empty()) append_value(column, row, out);
  return out;
}

std::vector<std::string_view> views(const ByteRows& rows) {
  std::vector<std::string_view> result;
  for (size_t i = 0; i < rows.size(); ++i) result.push_back(rows[i]);
  return result;
}

constexpr size_t kRows = 500;

struct Encoded {
  Schema schema = schema_of_every_kind();
  std::vector<ColumnPtr> columns;
  ByteRows rows;

  explicit Encoded(uint64_t seed) {
    RandomValues random(seed);
    for (const Field& field : schema.fields()) columns.push_back(random.column(field.type, kRows));
    std::vector<uint32_t> indexes(kRows);
    for (uint32_t i = 0; i < kRows; ++i) indexes[i] = i;
    RowCodec(schema).encode(columns, indexes, rows);
  }
};

}  // namespace

TEST_CASE("row codec: every value comes back as it was, scales included") {
  Encoded encoded(1);
  DecodedRows decoded = RowCodec(encoded.schema).decode(views(encoded.rows), nullptr);
  REQUIRE(decoded.failures.empty());
  for (size_t i = 0; i < encoded.columns.size(); ++i) {
    for (size_t row = 0; row < kRows; ++row)
      REQUIRE(text(*decoded.columns[i], row) == text(*encoded.columns[i], row));
  }
}

TEST_CASE("row codec: the bytes are a format that stays") {
  Schema schema({{"n", kIntegerType}, {"t", kTextType}, {"m", kNumericType}});
  std::vector<ColumnPtr> columns;
  Arena memory;
  for (auto [type, value] : {std::pair{kIntegerType, "-2"}, {kTextType, ""}, {kNumericType, "-1.28"}}) {
    auto column = make_column(type, 1);
    REQUIRE(parse_value(value, *column, 0, memory).ok());
    columns.push_back(column);
  }
  std::const_pointer_cast<Column>(columns[1])->set_null(0);
  std::string out;
  RowCodec(schema).append_row(columns, 0, out);
  CHECK(schema_hash(schema) == 0x62031e3a479f1346u);
  CHECK(out.substr(0, 1) == "\x01");
  CHECK(out.substr(9) == "\x02\xFE\xFF\xFF\xFF\x02\x01\x80");
}

TEST_CASE("row codec: rows of another schema or version are named as such") {
  Encoded encoded(2);
  Schema other({{"f0", kTextType}});
  DecodedRows decoded = RowCodec(other).decode(views(encoded.rows), nullptr);
  REQUIRE(decoded.failures.size() == kRows);
  CHECK(decoded.failures[0].code == "schema_mismatch");
  CHECK(schema_hash(Schema({{"ab", kTextType}, {"c", kTextType}})) !=
        schema_hash(Schema({{"a", kTextType}, {"bc", kTextType}})));
  std::string row{encoded.rows[0]};
  row[0] = 2;
  decoded = RowCodec(encoded.schema).decode(std::vector<std::string_view>{row}, nullptr);
  REQUIRE(decoded.failures.size() == 1);
  CHECK(decoded.failures[0].code == "schema_mismatch");
}

TEST_CASE("row codec: malformed rows fail alone, at every cut and flip") {
  Encoded encoded(3);
  RowCodec codec(encoded.schema);
  RandomValues random(4);
  for (size_t row = 0; row < 50; ++row) {
    std::string good{encoded.rows[row]};
    std::vector<std::string> damaged;
    for (size_t cut = 0; cut < good.size(); ++cut) damaged.push_back(good.substr(0, cut));
    damaged.push_back(good + "x");
    size_t certain = damaged.size();
    for (size_t at = 9; at < good.size(); ++at) {
      damaged.push_back(good);
      damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ (1 << random.below(8)));
    }
    damaged.push_back(good);
    std::vector<std::string_view> rows(damaged.begin(), damaged.end());
    DecodedRows decoded = codec.decode(rows, nullptr);
    REQUIRE(decoded.failures.size() >= certain);
    for (size_t i = 0; i < certain; ++i) REQUIRE(decoded.failures[i].row == i);
    REQUIRE(decoded.failures.back().row != rows.size() - 1);
  }
}

TEST_CASE("row codec: NULL in a column that has none is malformed") {
  auto column = make_column(kTextType, 1);
  column->set_null(0);
  std::vector<ColumnPtr> columns = {column};
  std::string out;
  RowCodec(Schema({{"t", kTextType, true}})).append_row(columns, 0, out);
  DecodedRows decoded =
      RowCodec(Schema({{"t", kTextType, false}})).decode(std::vector<std::string_view>{out}, nullptr);
  REQUIRE(decoded.failures.size() == 1);
  CHECK(decoded.failures[0].code == "invalid_row");
}

}  // namespace pactolus
