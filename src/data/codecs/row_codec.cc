#include "data/codecs/row_codec.h"

#include <simdjson.h>

#include <bit>
#include <cstring>
#include <numeric>
#include <type_traits>

#include "base/bytes.h"
#include "base/check.h"
#include "data/array.h"
#include "data/decimal_digits.h"

namespace pactolus {
namespace {

size_t bitmap_bytes(size_t fields) { return (fields + 7) / 8; }

/// The fewest low bytes that give the value back when their sign is extended.
uint8_t coefficient_bytes(Int128 value) {
  auto bits = static_cast<Uint128>(value < 0 ? ~value : value);
  return static_cast<uint8_t>(value == 0 ? 0 : bit_length(bits) / 8 + 1);
}

void append_decimal(const Decimal& value, ByteWriter& writer) {
  Int128 coefficient = value.coefficient();
  uint8_t size = coefficient_bytes(coefficient);
  char bytes[sizeof coefficient];
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(bytes, &coefficient, sizeof bytes);
  writer.varint(static_cast<uint64_t>(value.scale()));
  writer.u8(size);
  writer.raw({bytes, size});
}

bool take_decimal(ByteReader& reader, Decimal& value) {
  uint64_t scale = reader.varint();
  std::string_view bytes = reader.raw(reader.u8());
  if (reader.failed() || scale > Decimal::kScaleMax || bytes.size() > sizeof(Int128)) return false;
  bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
  Uint128 bits = negative ? ~Uint128{0} : 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  if ((negative ? 0 - bits : bits) >= kCoefficientEnd) return false;
  value = Decimal{static_cast<Int128>(bits), static_cast<int>(scale)};
  return true;
}

template <TypeKind Kind>
void append_slot(const typename PhysicalOf<Kind>::type& value, ByteWriter& writer) {
  using T = typename PhysicalOf<Kind>::type;
  if constexpr (Kind == TypeKind::kBoolean) {
    writer.u8(value);
  } else if constexpr (std::is_same_v<T, int32_t>) {
    writer.u32(static_cast<uint32_t>(value));
  } else if constexpr (std::is_same_v<T, int64_t>) {
    writer.i64(value);
  } else if constexpr (std::is_same_v<T, double>) {
    writer.u64(std::bit_cast<uint64_t>(value));
  } else if constexpr (Kind == TypeKind::kNumeric) {
    append_decimal(value, writer);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    writer.bytes(value);
  } else {
    writer.u32(static_cast<uint32_t>(value.months));
    writer.u32(static_cast<uint32_t>(value.days));
    writer.i64(value.micros);
  }
}

template <TypeKind Kind>
bool take_slot(ByteReader& reader, typename PhysicalOf<Kind>::type& value) {
  using T = typename PhysicalOf<Kind>::type;
  if constexpr (Kind == TypeKind::kBoolean) {
    value = reader.u8();
  } else if constexpr (std::is_same_v<T, int32_t>) {
    value = static_cast<int32_t>(reader.u32());
  } else if constexpr (std::is_same_v<T, int64_t>) {
    value = reader.i64();
  } else if constexpr (std::is_same_v<T, double>) {
    value = std::bit_cast<double>(reader.u64());
  } else if constexpr (Kind == TypeKind::kNumeric) {
    return take_decimal(reader, value);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    value = reader.bytes();
    if (holds_text(Kind) && !simdjson::validate_utf8(value)) return false;
  } else {
    value.months = static_cast<int32_t>(reader.u32());
    value.days = static_cast<int32_t>(reader.u32());
    value.micros = reader.i64();
  }
  return is_value<Kind>(value);
}

/// An array of this type, its texts in UTF-8.
bool is_stored_array(std::string_view image, TypeKind type) {
  if (!is_array_image(image, element_of(type))) return false;
  if (!holds_text(element_of(type))) return true;
  const ArrayView array(image);
  for (size_t i = 0; i < array.size(); ++i) {
    if (!array.is_null(i) && !simdjson::validate_utf8(array.at<std::string_view>(i))) return false;
  }
  return true;
}

bool take_value(ByteReader& reader, Column& column, size_t row) {
  const TypeKind type = column.type().kind;
  bool taken = visit_type(
      type, [&]<TypeKind Kind>() { return take_slot<Kind>(reader, column.values_of<Kind>()[row]); });
  return taken && (!is_array(type) || is_stored_array(column.values<std::string_view>()[row], type));
}

/// All behind the schema's hash.
bool take_row(ByteReader& reader, const Schema& schema, std::span<const std::shared_ptr<Column>> columns,
              size_t row) {
  std::string_view bitmap = reader.raw(bitmap_bytes(schema.size()));
  if (reader.failed()) return false;
  for (size_t i = 0; i < 8 * bitmap.size(); ++i) {
    bool null = ((bitmap[i / 8] >> (i % 8)) & 1) != 0;
    if (i >= schema.size()) {
      if (null) return false;
    } else if (null) {
      if (!schema[i].nullable) return false;
      columns[i]->set_null(row);
    } else if (!take_value(reader, *columns[i], row)) {
      return false;
    }
  }
  return !reader.failed() && reader.at_end();
}

}  // namespace

uint64_t schema_hash(const Schema& schema) {
  constexpr uint64_t kOffsetBasis = 0xcbf29ce484222325;  // FNV-1a
  constexpr uint64_t kPrime = 0x100000001b3;
  uint64_t hash = kOffsetBasis;
  auto add = [&](std::string_view text) {
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    hash *= kPrime;  // a NUL: no two lists of texts run together alike
  };
  for (const Field& field : schema.fields()) {
    add(field.name);
    add(to_string(field.type));
  }
  return hash;
}

RowCodec::RowCodec(Schema schema) : schema_(std::move(schema)), hash_(schema_hash(schema_)) {}

void RowCodec::append_row(std::span<const ColumnPtr> columns, size_t row, std::string& out) const {
  PACTOLUS_CHECK(columns.size() == schema_.size());
  ByteWriter writer(out);
  writer.u8(kVersion);
  writer.u64(hash_);
  size_t bitmap = out.size();
  out.append(bitmap_bytes(columns.size()), '\0');
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = *columns[i];
    if (column.is_null(row)) {
      out[bitmap + i / 8] = static_cast<char>(out[bitmap + i / 8] | (1 << (i % 8)));
    } else {
      visit_type(column.type().kind,
                 [&]<TypeKind Kind>() { append_slot<Kind>(column.values_of<Kind>()[row], writer); });
    }
  }
}

void RowCodec::encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows,
                      ByteRows& out) const {
  for (uint32_t row : rows) {
    append_row(columns, row, out.bytes());
    out.end_row();
  }
}

DecodedRows RowCodec::decode(std::span<const std::string_view> rows,
                             std::shared_ptr<const void> memory) const {
  std::vector<uint32_t> slots(rows.size());
  std::iota(slots.begin(), slots.end(), 0);
  return decode_into(slots, rows.size(), rows, std::move(memory));
}

DecodedRows RowCodec::decode_into(std::span<const uint32_t> slots, size_t size,
                                  std::span<const std::string_view> rows,
                                  std::shared_ptr<const void> memory) const {
  std::vector<std::shared_ptr<Column>> columns;
  for (const Field& field : schema_.fields()) {
    columns.push_back(make_column(field.type, size));
    if (rows.size() < size) std::fill_n(columns.back()->nulls(), size, uint8_t{1});
    for (uint32_t slot : slots) columns.back()->nulls()[slot] = 0;
    if (holds_bytes(field.type.kind)) columns.back()->keep(memory);
  }
  RowErrors errors;
  for (size_t i = 0; i < rows.size(); ++i) {
    ByteReader reader(rows[i]);
    uint8_t version = reader.u8();
    uint64_t hash = reader.u64();
    if (!reader.failed() && (version != kVersion || hash != hash_)) {
      errors.add(slots[i], "schema_mismatch",
                 "the row was written with another schema or version: version " + std::to_string(version) +
                     ", schema " + std::to_string(hash) + " instead of " + std::to_string(hash_));
    } else if (reader.failed() || !take_row(reader, schema_, columns, slots[i])) {
      errors.add(slots[i], "invalid_row",
                 "the row's " + std::to_string(rows[i].size()) + " bytes are malformed");
    }
  }
  return {{columns.begin(), columns.end()}, errors.take()};
}

}  // namespace pactolus
