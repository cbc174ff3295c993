#include "data/key_encoding.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "data/key_numbers.h"
#include "data/padding.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

enum Tag : uint8_t { kPresent = 1, kNull = 2 };

constexpr size_t kUsualValueBytes = 24;  // at most, of the keys of short values

// Within a text a NUL is followed by kEscaped, at its end by kTextEnd: the lower of the two, so that a text
// comes before its continuations.
constexpr char kTextEnd = 1;
constexpr char kEscaped = static_cast<char>(0xFF);
constexpr char kEndOfText[] = {'\0', kTextEnd};

template <class T>
constexpr auto kSignBit = static_cast<std::make_unsigned_t<T>>(std::make_unsigned_t<T>{1}
                                                               << (8 * sizeof(T) - 1));

template <class T>
void append_integer_key(T value, ByteAppender& out) {
  append_big_endian(
      static_cast<std::make_unsigned_t<T>>(static_cast<std::make_unsigned_t<T>>(value) ^ kSignBit<T>), out);
}

template <class T>
bool take_integer_key(std::string_view& bytes, T& value) {
  std::make_unsigned_t<T> bits = 0;
  if (!take_big_endian(bytes, bits)) return false;
  value = static_cast<T>(bits ^ kSignBit<T>);
  return true;
}

/// NaN is greater than everything and equal to itself, -0 is 0.
void append_double_key(double value, ByteAppender& out) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  if (value == 0) value = 0;
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  append_big_endian((bits & kSignBit<int64_t>) != 0 ? ~bits : bits | kSignBit<int64_t>, out);
}

bool take_double_key(std::string_view& bytes, double& value) {
  uint64_t bits = 0;
  if (!take_big_endian(bytes, bits)) return false;
  bits = (bits & kSignBit<int64_t>) != 0 ? bits ^ kSignBit<int64_t> : ~bits;
  std::memcpy(&value, &bits, sizeof value);
  return true;
}

/// Copies a text, unless it has a NUL: then what lies at `out` means nothing, and it is false. A text is most
/// often too short for the calls of memchr and memcpy.
bool copy_without_nul(std::string_view text, char* out) {
  constexpr uint64_t kLowBits = 0x0101010101010101;
  constexpr size_t kWord = sizeof(uint64_t);
  uint64_t nuls = 0;  // not zero as soon as some byte is
  auto copy_word = [&](size_t at) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    std::memcpy(out + at, &word, kWord);
    nuls |= (word - kLowBits) & ~word & (kLowBits << 7);
  };
  if (text.size() >= kWord) {
    for (size_t at = 0; at + kWord < text.size(); at += kWord) copy_word(at);
    copy_word(text.size() - kWord);
    return nuls == 0;
  }
  bool has_nul = false;
  for (size_t i = 0; i < text.size(); ++i) {
    out[i] = text[i];
    has_nul |= text[i] == '\0';
  }
  return !has_nul;
}

void append_text_key(std::string_view text, ByteAppender& out) {
  char* copy = out.room(text.size() + sizeof kEndOfText);
  if (copy_without_nul(text, copy)) [[likely]] {
    std::memcpy(copy + text.size(), kEndOfText, sizeof kEndOfText);
    out.added(text.size() + sizeof kEndOfText);
    return;
  }
  for (size_t nul; (nul = text.find('\0')) != std::string_view::npos; text.remove_prefix(nul + 1)) {
    out.append(text.data(), nul + 1);
    out.push_back(kEscaped);
  }
  out.append(text.data(), text.size());
  out.append(kEndOfText, sizeof kEndOfText);
}

bool take_text_key(std::string_view& bytes, std::string_view& text, Arena& texts) {
  size_t end = bytes.find('\0');
  size_t escapes = 0;
  while (end != std::string_view::npos && end + 1 < bytes.size() && bytes[end + 1] == kEscaped) {
    ++escapes;
    end = bytes.find('\0', end + 2);
  }
  if (end == std::string_view::npos || end + 1 >= bytes.size() || bytes[end + 1] != kTextEnd) return false;
  std::string_view encoded = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  if (escapes == 0) {
    text = texts.copy(encoded);
    return true;
  }
  char* out = texts.allocate(encoded.size() - escapes);
  text = {out, encoded.size() - escapes};
  for (size_t i = 0; i < encoded.size(); ++i) {
    *out++ = encoded[i];
    if (encoded[i] == '\0') ++i;
  }
  return true;
}

/// Only what is told from others: equal texts have equal keys.
void append_padded_key(std::string_view text, ByteAppender& out) {
  append_text_key(without_padding(text), out);
}

bool take_padded_key(std::string_view& bytes, Type type, std::string_view& text, Arena& texts) {
  if (!take_text_key(bytes, text, texts)) return false;
  auto read = parse_bpchar(text, type, texts);
  if (read.ok()) text = *read;
  return read.ok();
}

bool take_numeric_key(std::string_view& bytes, Type type, Decimal& value) {
  auto decoded = take_key_decimal(bytes);
  if (!decoded) return false;
  if (type.precision > 0) {
    if (!decoded->fits(type.precision, type.scale)) return false;
    decoded = decoded->round(type.scale);  // exact: it fits
  }
  value = *decoded;
  return true;
}

template <TypeKind Kind>
void append_slot(const typename PhysicalOf<Kind>::type& value, ByteAppender& out) {
  if constexpr (std::is_same_v<typename PhysicalOf<Kind>::type, double>) {
    append_double_key(value, out);
  } else if constexpr (Kind == TypeKind::kNumeric) {
    append_key_decimal(value, out);
  } else if constexpr (Kind == TypeKind::kBpchar) {
    append_padded_key(value, out);
  } else if constexpr (holds_bytes(Kind)) {
    append_text_key(value, out);
  } else if constexpr (Kind == TypeKind::kInterval) {
    append_key_interval(value, out);
  } else if constexpr (Kind == TypeKind::kBoolean) {
    out.push_back(static_cast<char>(value));
  } else {
    append_integer_key(value, out);
  }
}

template <TypeKind Kind>
bool take_slot(std::string_view& bytes, Type type, typename PhysicalOf<Kind>::type& value, Arena& texts) {
  if constexpr (std::is_same_v<typename PhysicalOf<Kind>::type, double>)
    return take_double_key(bytes, value) && is_value<Kind>(value);
  if constexpr (Kind == TypeKind::kNumeric) return take_numeric_key(bytes, type, value);
  if constexpr (Kind == TypeKind::kBpchar) return take_padded_key(bytes, type, value, texts);
  if constexpr (holds_bytes(Kind)) return take_text_key(bytes, value, texts) && is_value<Kind>(value);
  if constexpr (Kind == TypeKind::kInterval) {
    auto decoded = take_key_interval(bytes);
    if (decoded) value = *decoded;
    return decoded.has_value();
  }
  if constexpr (Kind == TypeKind::kBoolean) return take_big_endian(bytes, value) && is_value<Kind>(value);
  if constexpr (std::is_same_v<typename PhysicalOf<Kind>::type, int32_t> ||
                std::is_same_v<typename PhysicalOf<Kind>::type, int64_t>) {
    return take_integer_key(bytes, value) && is_value<Kind>(value);
  }
}

bool take_value(std::string_view& bytes, Column& column, size_t row, Arena& texts) {
  uint8_t tag = 0;
  if (!take_big_endian(bytes, tag)) return false;
  if (tag == kNull) {
    column.set_null(row);
    return true;
  }
  return tag == kPresent && visit_type(column.type().kind, [&]<TypeKind Kind>() {
           return take_slot<Kind>(bytes, column.type(), column.values_of<Kind>()[row], texts);
         });
}

template <TypeKind Kind>
void append_key_value(const Column& column, size_t row, ByteAppender& out) {
  if (column.is_null(row)) {
    out.push_back(kNull);
    return;
  }
  out.push_back(kPresent);
  append_slot<Kind>(column.values_of<Kind>()[row], out);
}

void append_key_value(const Column& column, size_t row, ByteAppender& out) {
  visit_type(column.type().kind, [&]<TypeKind Kind>() { append_key_value<Kind>(column, row, out); });
}

/// The keys of one column: its type is looked at once, and the appender can be kept in registers.
template <TypeKind Kind>
void encode_column(const Column& column, std::span<const uint32_t> rows, ByteRows& out) {
  ByteAppender bytes(out.bytes(), rows.size() * kUsualValueBytes);
  for (uint32_t row : rows) {
    append_key_value<Kind>(column, row, bytes);
    out.end_row(bytes.size());
  }
}

}  // namespace

void append_key_value(const Column& column, size_t row, std::string& out) {
  ByteAppender bytes(out, kUsualValueBytes);
  append_key_value(column, row, bytes);
}

void encode_keys(std::span<const ColumnPtr> columns, std::span<const uint32_t> rows, ByteRows& out) {
  if (columns.size() == 1) {
    visit_type(columns[0]->type().kind,
               [&]<TypeKind Kind>() { encode_column<Kind>(*columns[0], rows, out); });
    return;
  }
  ByteAppender bytes(out.bytes(), rows.size() * columns.size() * kUsualValueBytes);
  for (uint32_t row : rows) {
    for (const ColumnPtr& column : columns) append_key_value(*column, row, bytes);
    out.end_row(bytes.size());
  }
}

bool decode_key(std::string_view& bytes, std::span<Column* const> columns, size_t row, Arena& texts) {
  for (Column* column : columns) {
    if (!take_value(bytes, *column, row, texts)) return false;
  }
  return true;
}

}  // namespace pactolus
