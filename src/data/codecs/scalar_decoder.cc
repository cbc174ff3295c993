#include "data/codecs/scalar_decoder.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/check.h"
#include "data/calendar.h"
#include "data/decimal_digits.h"
#include "data/jsonb/jsonb_reader.h"
#include "data/text_format.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

ScalarStatus status_of(Decimal::ParseError error) {
  return error == Decimal::ParseError::kRange ? ScalarStatus::kOutOfRange : ScalarStatus::kInvalid;
}

/// The digits as an int64 if they are no more than sign and digits.
std::optional<int64_t> plain_integer(std::string_view digits) {
  int64_t value = 0;
  const char* end = digits.data() + digits.size();
  auto [stop, status] = std::from_chars(digits.data(), end, value);
  if (status != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// T: int16_t for a smallint, which lies in an integer's slot.
template <class T, class Slot>
ScalarStatus decode_whole(std::string_view digits, Slot& slot) {
  auto value = plain_integer(digits);
  if (!value) {
    Decimal::ParseError error{};
    auto number = Decimal::parse(digits, &error);
    if (!number) return status_of(error);
    if (number->normalized().scale() != 0) return ScalarStatus::kWrongType;
    value = number->to_int64();
  }
  if (!value || *value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max()) {
    return ScalarStatus::kOutOfRange;
  }
  slot = static_cast<T>(*value);
  return ScalarStatus::kOk;
}

/// T: float for a real, which lies in a double's slot.
template <class T>
ScalarStatus decode_float(std::string_view digits, double& slot) {
  T value = 0;
  auto status = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
  slot = value;
  return status == std::errc{} ? ScalarStatus::kOk : ScalarStatus::kOutOfRange;
}

ScalarStatus decode_numeric(std::string_view digits, Type type, Decimal& slot) {
  Decimal::ParseError error{};
  auto value = Decimal::parse(digits, &error);
  if (!value) return status_of(error);
  if (type.precision > 0 && value->scale() == type.scale &&
      magnitude_of(*value) < kPowersOfTen[type.precision]) {
    slot = *value;  // the usual case, written with just the declared digits
    return ScalarStatus::kOk;
  }
  if (type.precision > 0) {
    if (!value->fits(type.precision, type.scale)) return ScalarStatus::kOutOfRange;
    value = value->round(type.scale);  // exact: it fits
  }
  slot = *value;
  return ScalarStatus::kOk;
}

/// Powers of ten from a unit to microseconds: 6 for seconds, -3 for nanoseconds.
int unit_exponent(EpochUnit unit) {
  switch (unit) {
    case EpochUnit::kSeconds:
      return 6;
    case EpochUnit::kMillis:
      return 3;
    case EpochUnit::kMicros:
      return 0;
    case EpochUnit::kNanos:
      return -3;
    case EpochUnit::kText:
      break;
  }
  PACTOLUS_CHECK(false, "a textual time has no unit");
  return 0;
}

/// To the nearest microsecond, half away from zero.
ScalarStatus decode_epoch(std::string_view digits, EpochUnit unit, int64_t& slot) {
  Decimal::ParseError error{};
  auto value = Decimal::parse(digits, &error);
  if (!value) return status_of(error);
  int exponent = unit_exponent(unit);
  if (exponent > 0) {
    value = Decimal::multiply(*value,
                              Decimal{static_cast<Int128>(kPowersOfTen[static_cast<size_t>(exponent)]), 0});
  } else if (exponent < 0) {
    value = Decimal::multiply(*value, Decimal{1, -exponent});
  }
  auto micros = value ? value->to_int64() : std::nullopt;
  if (!micros || *micros < kTimestampMin || *micros > kTimestampMax) return ScalarStatus::kOutOfRange;
  slot = *micros;
  return ScalarStatus::kOk;
}

ScalarStatus decode_date(std::string_view text, int32_t& slot) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) return ScalarStatus::kInvalid;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '-' ? text[i] != '-' : !is_digit(text[i])) return ScalarStatus::kInvalid;
  }
  auto days = parse_date(text);
  if (!days.ok()) return ScalarStatus::kInvalid;
  slot = *days;
  return ScalarStatus::kOk;
}

ScalarStatus decode_timestamp(std::string_view text, int64_t& slot) {
  auto micros = parse_iso_timestamp(text);
  if (!micros) return ScalarStatus::kInvalid;
  slot = *micros;
  return ScalarStatus::kOk;
}

ScalarStatus decode_time(std::string_view text, int64_t& slot) {
  auto micros = parse_iso_time(text);
  if (!micros) return ScalarStatus::kInvalid;
  slot = *micros;
  return ScalarStatus::kOk;
}

/// What PostgreSQL makes of the text, in `memory`.
template <auto Parse>
ScalarStatus decode_bytes(std::string_view text, Arena& memory, std::string_view& slot) {
  auto bytes = Parse(text, memory);
  if (!bytes.ok()) return ScalarStatus::kInvalid;
  slot = *bytes;
  return ScalarStatus::kOk;
}

ScalarStatus decode_interval(std::string_view text, Interval& slot) {
  auto value = parse_interval(text);
  if (!value.ok())
    return value.error().sqlstate == "22007" ? ScalarStatus::kInvalid : ScalarStatus::kOutOfRange;
  slot = *value;
  return ScalarStatus::kOk;
}

ScalarStatus decode_special_float(std::string_view text, double& slot) {
  if (text != "NaN" && text != "Infinity" && text != "-Infinity") return ScalarStatus::kWrongType;
  slot = *parse_double(text);
  return ScalarStatus::kOk;
}

bool fits_characters(std::string_view text, uint32_t characters_max) {
  return characters_max == 0 || text.size() <= characters_max || character_count(text) <= characters_max;
}

bool is_number_kind(const SourceField& field) {
  TypeKind kind = field.type.kind;
  return is_number(kind) || (kind == TypeKind::kTimestamptz && field.unit != EpochUnit::kText);
}

const char* code_of(const SourceField& field, ScalarStatus status) {
  if (status == ScalarStatus::kWrongType) return "wrong_type";
  if (status == ScalarStatus::kOutOfRange) return "out_of_range";
  if (field.type.kind == TypeKind::kTimestamptz) return "invalid_timestamp";
  if (field.type.kind == TypeKind::kTimestamp) return "invalid_timestamp";
  if (field.type.kind == TypeKind::kDate) return "invalid_date";
  if (field.type.kind == TypeKind::kTime) return "invalid_time";
  if (field.type.kind == TypeKind::kUuid) return "invalid_uuid";
  if (field.type.kind == TypeKind::kBytea) return "invalid_bytea";
  if (field.type.kind == TypeKind::kInterval) return "invalid_interval";
  if (field.type.kind == TypeKind::kJsonb) return "invalid_json";
  return is_number_kind(field) ? "invalid_number" : "wrong_type";
}

std::string expected(const SourceField& field) {
  switch (field.unit) {
    case EpochUnit::kSeconds:
      return "seconds since 1970 as a number";
    case EpochUnit::kMillis:
      return "milliseconds since 1970 as a number";
    case EpochUnit::kMicros:
      return "microseconds since 1970 as a number";
    case EpochUnit::kNanos:
      return "nanoseconds since 1970 as a number";
    case EpochUnit::kText:
      break;
  }
  if (field.type.kind == TypeKind::kTimestamptz) return "a time as in \"2026-01-01T00:00:00Z\"";
  if (field.type.kind == TypeKind::kTimestamp) return "a time without zone as in \"2026-01-01T00:00:00\"";
  if (field.type.kind == TypeKind::kDate) return "a date as in \"2026-01-01\"";
  if (field.type.kind == TypeKind::kTime) return "a time of day as in \"10:00:00\"";
  if (field.type.kind == TypeKind::kInterval) return "an interval as in \"1 day 02:00:00\"";
  if (field.type.kind == TypeKind::kUuid) return "a uuid as in \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"";
  if (field.type.kind == TypeKind::kBytea) return "bytes as in \"\\x0aff\"";
  const uint32_t characters_max = std::max(field.characters_max, field.type.length);
  const bool text = is_string(field.type.kind);
  if (text && characters_max > 0)
    return "a string of at most " + std::to_string(characters_max) + " characters";
  if (text) return "a string";
  if (field.type.kind == TypeKind::kJsonb) return "a JSON value";
  if (is_array(field.type.kind)) return "an array of " + to_string(element_of(field.type));
  return to_string(field.type);
}

}  // namespace

bool is_json_number(std::string_view text) {
  const char* p = text.data();
  const char* end = p + text.size();
  auto digits = [&] {
    const char* start = p;
    while (p != end && is_digit(*p)) ++p;
    return p != start;
  };
  if (p != end && *p == '-') ++p;
  if (p != end && *p == '0') {
    ++p;
  } else if (!digits()) {
    return false;
  }
  if (p != end && *p == '.') {
    ++p;
    if (!digits()) return false;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    if (!digits()) return false;
  }
  return p == end;
}

ScalarStatus decode_number(const SourceField& field, std::string_view digits, Column& column, size_t row) {
  switch (general(field.type.kind)) {
    case TypeKind::kSmallint:
      return decode_whole<int16_t>(digits, column.values_of<TypeKind::kSmallint>()[row]);
    case TypeKind::kInteger:
      return decode_whole<int32_t>(digits, column.values_of<TypeKind::kInteger>()[row]);
    case TypeKind::kBigint:
      return decode_whole<int64_t>(digits, column.values_of<TypeKind::kBigint>()[row]);
    case TypeKind::kReal:
      return decode_float<float>(digits, column.values_of<TypeKind::kReal>()[row]);
    case TypeKind::kDouble:
      return decode_float<double>(digits, column.values_of<TypeKind::kDouble>()[row]);
    case TypeKind::kNumeric:
      return decode_numeric(digits, field.type, column.values_of<TypeKind::kNumeric>()[row]);
    case TypeKind::kTimestamptz:
      if (field.unit == EpochUnit::kText) return ScalarStatus::kWrongType;
      return decode_epoch(digits, field.unit, column.values_of<TypeKind::kTimestamptz>()[row]);
    case TypeKind::kBoolean:
    case TypeKind::kText:
    case TypeKind::kDate:
    case TypeKind::kInterval:
    case TypeKind::kTimestamp:
    case TypeKind::kTime:
    case TypeKind::kUuid:
    case TypeKind::kBytea:
    case TypeKind::kJsonb:
    case TypeKind::kBpchar:
    case TypeKind::kArray:
      break;
  }
  return ScalarStatus::kWrongType;
}

ScalarStatus decode_string(const SourceField& field, std::string_view text, Column& column, size_t row,
                           Arena& memory) {
  switch (general(field.type.kind)) {
    case TypeKind::kText:
      if (!fits_characters(text, field.characters_max)) return ScalarStatus::kOutOfRange;
      column.values_of<TypeKind::kText>()[row] = text;
      return ScalarStatus::kOk;
    case TypeKind::kBpchar: {
      auto characters = parse_bpchar(text, field.type, memory);
      if (!characters.ok()) return ScalarStatus::kOutOfRange;
      column.values_of<TypeKind::kBpchar>()[row] = *characters;
      return ScalarStatus::kOk;
    }
    case TypeKind::kNumeric:
      if (!is_json_number(text)) return ScalarStatus::kInvalid;
      return decode_numeric(text, field.type, column.values_of<TypeKind::kNumeric>()[row]);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return decode_special_float(text, column.values<double>()[row]);
    case TypeKind::kTimestamptz: {
      if (field.unit != EpochUnit::kText) return ScalarStatus::kWrongType;
      auto micros = parse_rfc3339(text);
      if (!micros) return ScalarStatus::kInvalid;
      column.values_of<TypeKind::kTimestamptz>()[row] = *micros;
      return ScalarStatus::kOk;
    }
    case TypeKind::kDate:
      return decode_date(text, column.values_of<TypeKind::kDate>()[row]);
    case TypeKind::kInterval:
      return decode_interval(text, column.values_of<TypeKind::kInterval>()[row]);
    case TypeKind::kTimestamp:
      return decode_timestamp(text, column.values_of<TypeKind::kTimestamp>()[row]);
    case TypeKind::kTime:
      return decode_time(text, column.values_of<TypeKind::kTime>()[row]);
    case TypeKind::kUuid:
      return decode_bytes<&parse_uuid>(text, memory, column.values_of<TypeKind::kUuid>()[row]);
    case TypeKind::kBytea:
      if (!text.starts_with("\\x")) return ScalarStatus::kInvalid;
      return decode_bytes<&parse_bytea>(text, memory, column.values_of<TypeKind::kBytea>()[row]);
    case TypeKind::kBoolean:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kJsonb:
    case TypeKind::kArray:
      break;
  }
  return ScalarStatus::kWrongType;
}

ScalarStatus decode_plain(const SourceField& field, std::string_view text, Column& column, size_t row,
                          Arena& memory) {
  if (field.type.kind == TypeKind::kBoolean) {
    auto value = parse_boolean(text);
    if (!value.ok()) return ScalarStatus::kWrongType;
    column.values_of<TypeKind::kBoolean>()[row] = *value ? 1 : 0;
    return ScalarStatus::kOk;
  }
  if (is_number_kind(field) && is_json_number(text)) return decode_number(field, text, column, row);
  if (field.type.kind == TypeKind::kJsonb) {
    return decode_bytes<&parse_jsonb>(text, memory, column.values_of<TypeKind::kJsonb>()[row]);
  }
  return decode_string(field, text, column, row, memory);
}

RowError scalar_error(const SourceField& field, ScalarStatus status, std::string_view found, size_t row) {
  constexpr size_t kFoundBytesMax = 100;
  std::string message = "field `" + field.name + "`: expected " + expected(field) + ", found ";
  append_excerpt(found, kFoundBytesMax, message);
  return {static_cast<uint32_t>(row), code_of(field, status), std::move(message)};
}

RowError jsonb_error(const SourceField& field, const TextError& error, size_t row) {
  const std::string& state = error.sqlstate;
  const bool range = state == "22003" || state == "54000";
  const char* code = state == "22030"   ? "duplicate_field"
                     : state == "54001" ? "too_deep"
                     : range            ? "out_of_range"
                                        : "invalid_json";
  return {static_cast<uint32_t>(row), code, "field `" + field.name + "`: " + error.message};
}

RowError absent_error(const SourceField& field, bool null, size_t row) {
  std::string message = "field `" + field.name + "`: expected " + expected(field);
  message += null ? ", found null" : ", found nothing";
  return {static_cast<uint32_t>(row), null ? "null_field" : "missing_field", std::move(message)};
}

}  // namespace pactolus
