// The functions of text_format.h that go by a column's type.
#include "data/array_text.h"
#include "data/jsonb/jsonb_reader.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

template <TypeKind Kind>
void append_as(const typename PhysicalOf<Kind>::type& value, std::string& out) {
  if constexpr (Kind == TypeKind::kBoolean) append_boolean(value != 0, out);
  if constexpr (Kind == TypeKind::kSmallint || Kind == TypeKind::kInteger || Kind == TypeKind::kBigint)
    append_integer(value, out);
  if constexpr (Kind == TypeKind::kReal) append_real(value, out);
  if constexpr (Kind == TypeKind::kDouble) append_double(value, out);
  if constexpr (Kind == TypeKind::kNumeric) value.append_to(out);
  if constexpr (Kind == TypeKind::kText) out.append(value);
  if constexpr (Kind == TypeKind::kTimestamptz) append_timestamptz(value, out);
  if constexpr (Kind == TypeKind::kDate) append_date(value, out);
  if constexpr (Kind == TypeKind::kInterval) append_interval(value, out);
  if constexpr (Kind == TypeKind::kTimestamp) append_timestamp(value, out);
  if constexpr (Kind == TypeKind::kTime) append_time(value, out);
  if constexpr (Kind == TypeKind::kUuid) append_uuid(value, out);
  if constexpr (Kind == TypeKind::kBytea) append_bytea(value, out);
  if constexpr (Kind == TypeKind::kJsonb) out.append(value);
  if constexpr (Kind == TypeKind::kBpchar) out.append(value);
  if constexpr (Kind == TypeKind::kArray) append_array(value, out);
}

template <TypeKind Kind>
auto parse_as(std::string_view text, Type type, [[maybe_unused]] Arena& memory) {
  if constexpr (Kind == TypeKind::kBoolean) return parse_boolean(text);
  if constexpr (Kind == TypeKind::kSmallint) return parse_smallint(text);
  if constexpr (Kind == TypeKind::kInteger) return parse_integer(text);
  if constexpr (Kind == TypeKind::kBigint) return parse_bigint(text);
  if constexpr (Kind == TypeKind::kReal) return parse_real(text);
  if constexpr (Kind == TypeKind::kDouble) return parse_double(text);
  if constexpr (Kind == TypeKind::kNumeric) return parse_numeric(text, type);
  if constexpr (Kind == TypeKind::kText) return TextResult<std::string_view>(text);
  if constexpr (Kind == TypeKind::kTimestamptz) return parse_timestamptz(text);
  if constexpr (Kind == TypeKind::kDate) return parse_date(text);
  if constexpr (Kind == TypeKind::kInterval) return parse_interval(text);
  if constexpr (Kind == TypeKind::kTimestamp) return parse_timestamp(text);
  if constexpr (Kind == TypeKind::kTime) return parse_time(text);
  if constexpr (Kind == TypeKind::kUuid) return parse_uuid(text, memory);
  if constexpr (Kind == TypeKind::kBytea) return parse_bytea(text, memory);
  if constexpr (Kind == TypeKind::kJsonb) return parse_jsonb(text, memory);
  if constexpr (Kind == TypeKind::kBpchar) return parse_bpchar(text, type, memory);
  if constexpr (Kind == TypeKind::kArray) return parse_array(text, element_of(type), memory);
}

}  // namespace

void append_value(const Column& column, size_t row, std::string& out) {
  visit_type(column.type().kind,
             [&]<TypeKind Kind>() { append_as<Kind>(column.values_of<Kind>()[row], out); });
}

void append_iso_value(const Column& column, size_t row, std::string& out) {
  if (column.type().kind == TypeKind::kTimestamptz) {
    append_rfc3339(column.values_of<TypeKind::kTimestamptz>()[row], out);
  } else if (column.type().kind == TypeKind::kTimestamp) {
    append_iso_timestamp(column.values_of<TypeKind::kTimestamp>()[row], out);
  } else {
    append_value(column, row, out);
  }
}

TextResult<void> parse_value(std::string_view text, Column& column, size_t row, Arena& memory) {
  return visit_type(column.type().kind, [&]<TypeKind Kind>() -> TextResult<void> {
    column.values_of<Kind>()[row] = PACTOLUS_TRY(parse_as<Kind>(text, column.type(), memory));
    return {};
  });
}

}  // namespace pactolus
