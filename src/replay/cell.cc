#include "replay/cell.h"

#include "data/padding.h"
#include "data/text_format.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

std::string identity_of(const Column& column, size_t row) {
  switch (column.type().kind) {
    case TypeKind::kNumeric:
      return column.values_of<TypeKind::kNumeric>()[row].normalized().to_string();
    case TypeKind::kInterval:
      return Decimal(order_span(column.values_of<TypeKind::kInterval>()[row]), 0).to_string();
    case TypeKind::kReal:
    case TypeKind::kDouble:
      if (column.values<double>()[row] == 0) return "0";  // so is -0
      break;
    case TypeKind::kBpchar:
      return std::string(without_padding(column.values_of<TypeKind::kBpchar>()[row]));
    default:
      break;
  }
  std::string text;
  append_value(column, row, text);
  return text;
}

std::string shown(const Column& column, size_t row) {
  std::string text;
  append_iso_value(column, row, text);
  return text;
}

}  // namespace

Cell null_cell() { return {"NULL", std::nullopt}; }

Cell cell_of(const Column& column, size_t row) {
  if (column.is_null(row)) return null_cell();
  return {shown(column, row), identity_of(column, row)};
}

Cell cell_of(const std::string& text, Type type) {
  bool has_zone = type == kTimestampType && !parse_timestamp_without_zone(text).ok();
  Column column(type, 1);
  Arena memory;
  if (has_zone || !parse_value(text, column, 0, memory).ok()) return {text, "not readable: " + text};
  return {text, identity_of(column, 0)};
}

Cell untyped_cell(const std::string& text) {
  if (auto number = Decimal::parse(text)) return {text, number->normalized().to_string()};
  if (auto instant = parse_rfc3339(text)) return {text, "instant " + std::to_string(*instant)};
  if (auto time = parse_iso_timestamp(text)) return {text, "time " + std::to_string(*time)};
  return {text, text};
}

}  // namespace pactolus
