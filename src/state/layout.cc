#include "state/layout.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/bytes.h"
#include "base/check.h"
#include "data/blob_heap.h"

namespace pactolus {
namespace {

constexpr uint64_t kFieldsMax = 4096;
constexpr uint64_t kRowBytesMax = 64 * 1024;

void encode_schema(const Schema& schema, ByteWriter& out) {
  out.varint(schema.size());
  for (const Field& field : schema.fields()) {
    out.bytes(field.name);
    out.u8(static_cast<uint8_t>(field.type.kind));
    if (field.type.kind == TypeKind::kBpchar) {
      out.varint(field.type.length);
    } else {
      out.u8(field.type.precision);
      out.u8(field.type.scale);
    }
    out.u8(field.nullable ? 1 : 0);
  }
}

std::optional<Schema> decode_schema(ByteReader& in) {
  uint64_t count = in.varint();
  if (count > kFieldsMax) return std::nullopt;
  std::vector<Field> fields;
  for (uint64_t i = 0; i < count && !in.failed(); ++i) {
    Field field;
    field.name = in.bytes();
    std::optional<TypeKind> kind = type_kind_of(in.u8());
    if (!kind) return std::nullopt;
    field.type.kind = *kind;
    if (*kind == TypeKind::kBpchar) {
      field.type.length = static_cast<uint32_t>(in.varint());
    } else {
      field.type.precision = in.u8();
      field.type.scale = in.u8();
    }
    field.nullable = in.u8() != 0;
    fields.push_back(std::move(field));
  }
  if (in.failed()) return std::nullopt;
  return Schema(std::move(fields));
}

void encode_field(const StateField& field, ByteWriter& out) {
  out.bytes(field.name);
  out.bytes(field.kind);
  out.varint(field.version);
  out.varint(field.size);
  out.varint(field.blob_offsets.size());
  for (uint32_t offset : field.blob_offsets) out.varint(offset);
}

/// None: malformed, or a blob outside its field.
std::optional<StateField> decode_field(ByteReader& in) {
  StateField field;
  field.name = in.bytes();
  field.kind = in.bytes();
  field.version = static_cast<uint32_t>(in.varint());
  uint64_t size = in.varint();
  uint64_t blobs = in.varint();
  if (in.failed() || size > kRowBytesMax || size % 8 != 0 || blobs > size / sizeof(BlobRef))
    return std::nullopt;
  field.size = static_cast<uint32_t>(size);
  for (uint64_t i = 0; i < blobs; ++i) {
    uint64_t offset = in.varint();
    if (in.failed() || offset % 8 != 0 || offset + sizeof(BlobRef) > size) return std::nullopt;
    field.blob_offsets.push_back(static_cast<uint32_t>(offset));
  }
  return field;
}

/// A row of a table whose keys say everything: so that no row is nothing.
constexpr uint32_t kRowBytesMin = 8;

}  // namespace

TableLayout::TableLayout(std::string step, std::string table, bool windowed, Schema key,
                         std::vector<StateField> fields)
    : step_(std::move(step)),
      table_(std::move(table)),
      windowed_(windowed),
      key_(std::move(key)),
      fields_(std::move(fields)) {
  for (const StateField& field : fields_) {
    PACTOLUS_CHECK(field.size % 8 == 0, field.name);
    field_offsets_.push_back(row_size_);
    for (uint32_t offset : field.blob_offsets) blob_offsets_.push_back(row_size_ + offset);
    row_size_ += field.size;
  }
  if (row_size_ == 0) row_size_ = kRowBytesMin;
  std::string description;
  encode(description);
  hash_ = XXH3_64bits(description.data(), description.size());
}

void TableLayout::encode(std::string& out) const {
  ByteWriter writer(out);
  writer.bytes(step_);
  writer.bytes(table_);
  writer.u8(windowed_ ? 1 : 0);
  encode_schema(key_, writer);
  writer.varint(fields_.size());
  for (const StateField& field : fields_) encode_field(field, writer);
}

std::optional<TableLayout> TableLayout::decode(ByteReader& in) {
  std::string step(in.bytes());
  std::string table(in.bytes());
  bool windowed = in.u8() != 0;
  auto key = decode_schema(in);
  uint64_t count = in.varint();
  if (!key || count > kFieldsMax) return std::nullopt;
  std::vector<StateField> fields;
  uint64_t row_bytes = 0;
  for (uint64_t i = 0; i < count; ++i) {
    auto field = decode_field(in);
    if (!field) return std::nullopt;
    row_bytes += field->size;
    fields.push_back(std::move(*field));
  }
  if (in.failed() || row_bytes > kRowBytesMax) return std::nullopt;
  return TableLayout(std::move(step), std::move(table), windowed, std::move(*key), std::move(fields));
}

bool has_table(std::span<const TableLayout> layouts, std::string_view step, std::string_view table) {
  return std::ranges::any_of(
      layouts, [&](const TableLayout& layout) { return layout.step() == step && layout.table() == table; });
}

}  // namespace pactolus
