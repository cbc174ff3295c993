#include "data/codecs/json_encoder.h"

#include <array>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "data/array.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

constexpr uint64_t repeat(uint8_t byte) { return 0x0101010101010101 * uint64_t{byte}; }

/// Whether one of eight bytes is a control character, a quote or a backslash.
bool any_escape(uint64_t bytes) {
  auto zero_bytes = [](uint64_t v) { return (v - repeat(1)) & ~v; };
  uint64_t control = (bytes - repeat(0x20)) & ~bytes;
  return ((control | zero_bytes(bytes ^ repeat('"')) | zero_bytes(bytes ^ repeat('\\'))) & repeat(0x80)) != 0;
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

const char* skip_plain(const char* p, const char* end) {
  uint64_t bytes = 0;
  for (; end - p >= static_cast<std::ptrdiff_t>(sizeof bytes); p += sizeof bytes) {
    std::memcpy(&bytes, p, sizeof bytes);
    if (any_escape(bytes)) break;
  }
  while (p != end && !needs_escape(*p)) ++p;
  return p;
}

void append_escape(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  out.push_back('\\');
  if (size_t i = kShort.find(c); i != std::string_view::npos) {
    out.push_back(kLetters[i]);
    return;
  }
  auto byte = static_cast<unsigned char>(c);
  out.append("u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 0xF]);
}

bool is_quoted(const Column& column, size_t row) {
  switch (column.type().kind) {
    case TypeKind::kTimestamptz:
    case TypeKind::kDate:
    case TypeKind::kInterval:
    case TypeKind::kTimestamp:
    case TypeKind::kTime:
    case TypeKind::kUuid:
      return true;
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return !std::isfinite(column.values<double>()[row]);
    default:
      return false;
  }
}

void append_json_array(const Column& elements, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < elements.rows(); ++i) {
    if (i > 0) out.push_back(',');
    append_json(elements, i, out);
  }
  out.push_back(']');
}

}  // namespace

void append_json(const Column& column, size_t row, std::string& out) {
  if (column.is_null(row)) {
    out.append("null");
  } else if (is_string(column.type().kind)) {
    append_json_string(column.values<std::string_view>()[row], out);
  } else if (column.type().kind == TypeKind::kBytea) {
    std::string text;  // with a backslash
    append_value(column, row, text);
    append_json_string(text, out);
  } else if (is_array(column.type().kind)) {
    append_json_array(elements_of(column.values<std::string_view>()[row]), out);
  } else if (is_quoted(column, row)) {
    out.push_back('"');
    append_iso_value(column, row, out);
    out.push_back('"');
  } else {
    append_iso_value(column, row, out);
  }
}

namespace {

std::string prefix(bool first, const std::string& name) {
  std::string result = first ? "{" : ",";
  append_json_string(name, result);
  result.push_back(':');
  return result;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  const char* p = text.data();
  const char* end = p + text.size();
  for (;;) {
    const char* plain_end = skip_plain(p, end);
    out.append(p, static_cast<size_t>(plain_end - p));
    if (plain_end == end) break;
    append_escape(*plain_end, out);
    p = plain_end + 1;
  }
  out.push_back('"');
}

JsonEncoder::JsonEncoder(const Schema& schema) {
  for (const Field& field : schema.fields()) prefixes_.push_back(prefix(prefixes_.empty(), field.name));
}

void JsonEncoder::append_row(std::span<const ColumnPtr> columns, size_t row, std::string& out) const {
  PACTOLUS_CHECK(columns.size() == prefixes_.size());
  if (columns.empty()) out.push_back('{');
  for (size_t i = 0; i < columns.size(); ++i) {
    out.append(prefixes_[i]);
    append_json(*columns[i], row, out);
  }
  out.push_back('}');
}

void JsonEncoder::encode(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows,
                         ByteRows& out) const {
  for (uint32_t row : rows) {
    append_row(columns, row, out.bytes());
    out.end_row();
  }
}

KeyTextEncoder::KeyTextEncoder(const Schema& schema, std::vector<size_t> columns)
    : indexes_(std::move(columns)) {
  PACTOLUS_CHECK(!indexes_.empty());
  for (size_t i : indexes_) prefixes_.push_back(prefix(prefixes_.empty(), schema[i].name));
}

bool KeyTextEncoder::append_key(std::span<const ColumnPtr> columns, size_t row, std::string& out) const {
  if (indexes_.size() == 1) {
    const Column& column = *columns[indexes_.front()];
    if (column.is_null(row)) return false;
    append_iso_value(column, row, out);
    return true;
  }
  for (size_t i = 0; i < indexes_.size(); ++i) {
    out.append(prefixes_[i]);
    append_json(*columns[indexes_[i]], row, out);
  }
  out.push_back('}');
  return true;
}

}  // namespace pactolus
