#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "data/byte_appender.h"
#include "data/decimal.h"
#include "data/type.h"

namespace pactolus {

/// The parts of key_encoding.h for numeric and interval. Readers take their bytes off the front; none:
/// malformed.

/// Sign, power of ten, then digits in pairs: 0.d1d2… × 10^exponent without leading or trailing zeroes, so
/// that equal values are equal bytes. A negative number has its bytes inverted.
void append_key_decimal(const Decimal& value, ByteAppender& out);
std::optional<Decimal> take_key_decimal(std::string_view& bytes);

/// Microseconds with a month as 30 days and a day as 24 hours: what PostgreSQL compares.
void append_key_interval(const Interval& value, ByteAppender& out);
std::optional<Interval> take_key_interval(std::string_view& bytes);

/// Big-endian bytes of an unsigned integer.
template <class T>
void append_big_endian(T value, ByteAppender& out) {
  char buffer[sizeof value];
  for (size_t i = sizeof value; i-- > 0; value = static_cast<T>(value >> 8))
    buffer[i] = static_cast<char>(value);
  out.append(buffer, sizeof buffer);
}
template <class T>
bool take_big_endian(std::string_view& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  value = 0;
  for (size_t i = 0; i < sizeof value; ++i)
    value = static_cast<T>((value << 8) | static_cast<unsigned char>(bytes[i]));
  bytes.remove_prefix(sizeof value);
  return true;
}

}  // namespace pactolus
