#include "data/codecs/scalar_decoder.h"

#include <charconv>
#include <limits>

#include "base/check.h"
#include "data/calendar.h"
#include "data/decimal_digits.h"
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

template <class T>
ScalarStatus decode_integer(std::string_view digits, T& slot) {
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

ScalarStatus decode_double(std::string_view digits, double& slot) {
  auto status = std::from_chars(digits.data(), digits.data() + digits.size(), slot).ec;
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

ScalarStatus decode_interval(std::string_view text, Interval& slot) {
  auto value = parse_interval(text);
  if (!value.ok())
    return value.error().sqlstate == "22007" ? ScalarStatus::kInvalid : ScalarStatus::kOutOfRange;
  slot = *value;
  return ScalarStatus::kOk;
}

ScalarStatus decode_special_double(std::string_view text, double& slot) {
  if (text != "NaN" && text != "Infinity" && text != "-Infinity") return ScalarStatus::kWrongType;
  slot = *parse_double(text);
  return ScalarStatus::kOk;
}

bool is_number_kind(const SourceField& field) {
  TypeKind kind = field.type.kind;
  return kind == TypeKind::kInteger || kind == TypeKind::kBigint || kind == TypeKind::kDouble ||
         kind == TypeKind::kNumeric || (kind == TypeKind::kTimestamptz && field.unit != EpochUnit::kText);
}

const char* code_of(const SourceField& field, ScalarStatus status) {
  if (status == ScalarStatus::kWrongType) return "wrong_type";
  if (status == ScalarStatus::kOutOfRange) return "out_of_range";
  if (field.type.kind == TypeKind::kTimestamptz) return "invalid_timestamp";
  if (field.type.kind == TypeKind::kTimestamp) return "invalid_timestamp";
  if (field.type.kind == TypeKind::kDate) return "invalid_date";
  if (field.type.kind == TypeKind::kInterval) return "invalid_interval";
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
  if (field.type.kind == TypeKind::kInterval) return "an interval as in \"1 day 02:00:00\"";
  if (field.type.kind == TypeKind::kText) return "a string";
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
  switch (field.type.kind) {
    case TypeKind::kInteger:
      return decode_integer(digits, column.values_of<TypeKind::kInteger>()[row]);
    case TypeKind::kBigint:
      return decode_integer(digits, column.values_of<TypeKind::kBigint>()[row]);
    case TypeKind::kDouble:
      return decode_double(digits, column.values_of<TypeKind::kDouble>()[row]);
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
      break;
  }
  return ScalarStatus::kWrongType;
}

ScalarStatus decode_string(const SourceField& field, std::string_view text, Column& column, size_t row) {
  switch (field.type.kind) {
    case TypeKind::kText:
      column.values_of<TypeKind::kText>()[row] = text;
      return ScalarStatus::kOk;
    case TypeKind::kNumeric:
      if (!is_json_number(text)) return ScalarStatus::kInvalid;
      return decode_numeric(text, field.type, column.values_of<TypeKind::kNumeric>()[row]);
    case TypeKind::kDouble:
      return decode_special_double(text, column.values_of<TypeKind::kDouble>()[row]);
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
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      break;
  }
  return ScalarStatus::kWrongType;
}

ScalarStatus decode_plain(const SourceField& field, std::string_view text, Column& column, size_t row) {
  if (field.type.kind == TypeKind::kBoolean) {
    auto value = parse_boolean(text);
    if (!value.ok()) return ScalarStatus::kWrongType;
    column.values_of<TypeKind::kBoolean>()[row] = *value ? 1 : 0;
    return ScalarStatus::kOk;
  }
  if (is_number_kind(field) && is_json_number(text)) return decode_number(field, text, column, row);
  return decode_string(field, text, column, row);
}

RowError scalar_error(const SourceField& field, ScalarStatus status, std::string_view found, size_t row) {
  constexpr size_t kFoundBytesMax = 100;
  std::string message = "field `" + field.name + "`: expected " + expected(field) + ", found ";
  append_excerpt(found, kFoundBytesMax, message);
  return {static_cast<uint32_t>(row), code_of(field, status), std::move(message)};
}

RowError absent_error(const SourceField& field, bool null, size_t row) {
  std::string message = "field `" + field.name + "`: expected " + expected(field);
  message += null ? ", found null" : ", found nothing";
  return {static_cast<uint32_t>(row), null ? "null_field" : "missing_field", std::move(message)};
}

}  // namespace pactolus
