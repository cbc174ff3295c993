#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/types.h"
#include "data/calendar.h"
#include "data/decimal.h"

namespace pactolus {

/// PostgreSQL's types that columns can have. Their numbers are stored (docs/formats.md): new ones come last.
enum class TypeKind : uint8_t {
  kBoolean,
  kInteger,
  kBigint,
  kDouble,
  kNumeric,
  kText,
  kTimestamptz,
  kDate,
  kInterval,
  kTimestamp,
  kSmallint,
  kReal,
  kTime,
  kUuid,
  kBytea,
  kJsonb,
  kBpchar,
  /// An array of any type: what general() gives. The array types have numbers of their own (array_of).
  kArray,
};

/// All of them but the arrays, each at its number.
inline constexpr std::array kTypeKinds = {
    TypeKind::kBoolean,  TypeKind::kInteger,     TypeKind::kBigint, TypeKind::kDouble,   TypeKind::kNumeric,
    TypeKind::kText,     TypeKind::kTimestamptz, TypeKind::kDate,   TypeKind::kInterval, TypeKind::kTimestamp,
    TypeKind::kSmallint, TypeKind::kReal,        TypeKind::kTime,   TypeKind::kUuid,     TypeKind::kBytea,
    TypeKind::kJsonb,    TypeKind::kBpchar,
};

// Arrays of one dimension, of each of these types. Stored: the element's number with the highest bit.
constexpr uint8_t kArrayBit = 0x80;
constexpr bool is_array(TypeKind kind) { return (static_cast<uint8_t>(kind) & kArrayBit) != 0; }
constexpr TypeKind array_of(TypeKind element) {
  return static_cast<TypeKind>(static_cast<uint8_t>(element) | kArrayBit);
}
constexpr TypeKind element_of(TypeKind array) {
  return static_cast<TypeKind>(static_cast<uint8_t>(array) & ~kArrayBit);
}
/// kArray for all arrays: what a switch looks at.
constexpr TypeKind general(TypeKind kind) { return is_array(kind) ? TypeKind::kArray : kind; }
/// The type that a number stands for, if it does.
std::optional<TypeKind> type_kind_of(uint8_t number);

/// A column's type. `precision` and `scale` are numeric(p,s)'s, an array's elements' too; precision 0 means
/// an unconstrained numeric, whose values carry their own scales. `length` is character(n)'s, its arrays'
/// too; 0 means a bpchar, whose values have any length.
struct Type {
  TypeKind kind = TypeKind::kText;
  uint8_t precision = 0;
  uint8_t scale = 0;
  uint32_t length = 0;
  bool operator==(const Type&) const = default;
};

constexpr Type kBooleanType{TypeKind::kBoolean};
constexpr Type kIntegerType{TypeKind::kInteger};
constexpr Type kBigintType{TypeKind::kBigint};
constexpr Type kDoubleType{TypeKind::kDouble};
constexpr Type kNumericType{TypeKind::kNumeric};
constexpr Type kTextType{TypeKind::kText};
constexpr Type kTimestamptzType{TypeKind::kTimestamptz};
constexpr Type kDateType{TypeKind::kDate};
constexpr Type kIntervalType{TypeKind::kInterval};
constexpr Type kTimestampType{TypeKind::kTimestamp};
constexpr Type kSmallintType{TypeKind::kSmallint};
constexpr Type kRealType{TypeKind::kReal};
constexpr Type kTimeType{TypeKind::kTime};
constexpr Type kUuidType{TypeKind::kUuid};
constexpr Type kByteaType{TypeKind::kBytea};
constexpr Type kJsonbType{TypeKind::kJsonb};
constexpr Type kBpcharType{TypeKind::kBpchar};

constexpr Type array_of(const Type& element) {
  return {array_of(element.kind), element.precision, element.scale, element.length};
}
constexpr Type element_of(const Type& array) {
  return {element_of(array.kind), array.precision, array.scale, array.length};
}
/// Whether not every value of its kind is one of the type: numeric(p,s), character(n).
constexpr bool is_constrained(const Type& type) { return type.precision > 0 || type.length > 0; }

/// Smallint to double precision.
constexpr bool is_number(TypeKind kind) {
  return kind == TypeKind::kSmallint || kind == TypeKind::kInteger || kind == TypeKind::kBigint ||
         kind == TypeKind::kReal || kind == TypeKind::kDouble || kind == TypeKind::kNumeric;
}

/// A text, or characters.
constexpr bool is_string(TypeKind kind) { return kind == TypeKind::kText || kind == TypeKind::kBpchar; }

/// "numeric(12,2)", "double precision", …: as PostgreSQL prints it; kArray is "anyarray", and characters of
/// no length are "bpchar".
std::string to_string(const Type& type);

/// Parses a type as PostgreSQL writes it, with its usual aliases (int, int4, int8, float8, bool, decimal,
/// varchar, string is none; char is char(1)), `[]` behind it for an array. Case and extra blanks don't
/// matter. None: unknown; see type_names() for a hint.
std::optional<Type> parse_type(std::string_view text);

/// A type as it is written where values come in: what columns have, and how long a varchar(n) may be. Nothing
/// that is computed has such a limit.
struct DeclaredType {
  Type type;
  uint32_t characters_max = 0;  // of a text, or of an array's; 0: any number
};
/// As parse_type, but varchar(n), too: n from 1 to 10485760, as in PostgreSQL.
std::optional<DeclaredType> parse_declared_type(std::string_view text);
/// What may stand in parentheses behind a type.
inline constexpr std::string_view kModifiersHint =
    "numeric takes (precision, scale), precision 1 to 38, scale 0 to precision; varchar a length from 1 to "
    "10485760, char from 1 to 1048576";
/// The names of one type, its usual one first.
std::vector<std::string_view> names_of(TypeKind kind);
/// The names that parse_type knows first of all, for hints.
const std::vector<std::string>& type_names();

/// PostgreSQL's interval: the three parts are kept apart.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t micros = 0;
  bool operator==(const Interval&) const = default;
};

/// How a type's values lie in a column: bool as uint8_t (0 or 1), smallint and integer int32_t, bigint
/// int64_t, real (of a float's values only) and double precision double,
/// numeric Decimal, text std::string_view, timestamptz int64_t microseconds since 1970-01-01 UTC, date
/// int32_t days since 1970-01-01, interval Interval, timestamp (a calendar's day and time of no zone) int64_t
/// microseconds since its 1970-01-01 00:00, time (of a day) int64_t microseconds since midnight, 24:00 too,
/// uuid its 16 bytes, bytea its bytes, jsonb its text as PostgreSQL prints it, characters with the blanks
/// that they are filled with, and an array what array.h says as std::string_view.
template <TypeKind>
struct PhysicalOf;
template <>
struct PhysicalOf<TypeKind::kBoolean> {
  using type = uint8_t;
};
template <>
struct PhysicalOf<TypeKind::kInteger> {
  using type = int32_t;
};
template <>
struct PhysicalOf<TypeKind::kBigint> {
  using type = int64_t;
};
template <>
struct PhysicalOf<TypeKind::kDouble> {
  using type = double;
};
template <>
struct PhysicalOf<TypeKind::kNumeric> {
  using type = Decimal;
};
template <>
struct PhysicalOf<TypeKind::kText> {
  using type = std::string_view;
};
template <>
struct PhysicalOf<TypeKind::kTimestamptz> {
  using type = int64_t;
};
template <>
struct PhysicalOf<TypeKind::kDate> {
  using type = int32_t;
};
template <>
struct PhysicalOf<TypeKind::kInterval> {
  using type = Interval;
};
template <>
struct PhysicalOf<TypeKind::kTimestamp> {
  using type = int64_t;
};
template <>
struct PhysicalOf<TypeKind::kSmallint> {
  using type = int32_t;
};
template <>
struct PhysicalOf<TypeKind::kReal> {
  using type = double;
};
template <>
struct PhysicalOf<TypeKind::kTime> {
  using type = int64_t;
};
template <>
struct PhysicalOf<TypeKind::kUuid> {
  using type = std::string_view;
};
template <>
struct PhysicalOf<TypeKind::kBytea> {
  using type = std::string_view;
};
template <>
struct PhysicalOf<TypeKind::kJsonb> {
  using type = std::string_view;
};
template <>
struct PhysicalOf<TypeKind::kBpchar> {
  using type = std::string_view;
};
template <>
struct PhysicalOf<TypeKind::kArray> {
  using type = std::string_view;
};

/// Calls `f.template operator()<Kind>()` for the kind, with kArray for all arrays.
template <class F>
constexpr decltype(auto) visit_type(TypeKind kind, F&& f) {
  switch (general(kind)) {
    case TypeKind::kBoolean:
      return f.template operator()<TypeKind::kBoolean>();
    case TypeKind::kInteger:
      return f.template operator()<TypeKind::kInteger>();
    case TypeKind::kBigint:
      return f.template operator()<TypeKind::kBigint>();
    case TypeKind::kDouble:
      return f.template operator()<TypeKind::kDouble>();
    case TypeKind::kNumeric:
      return f.template operator()<TypeKind::kNumeric>();
    case TypeKind::kText:
      return f.template operator()<TypeKind::kText>();
    case TypeKind::kTimestamptz:
      return f.template operator()<TypeKind::kTimestamptz>();
    case TypeKind::kDate:
      return f.template operator()<TypeKind::kDate>();
    case TypeKind::kInterval:
      return f.template operator()<TypeKind::kInterval>();
    case TypeKind::kTimestamp:
      return f.template operator()<TypeKind::kTimestamp>();
    case TypeKind::kSmallint:
      return f.template operator()<TypeKind::kSmallint>();
    case TypeKind::kReal:
      return f.template operator()<TypeKind::kReal>();
    case TypeKind::kTime:
      return f.template operator()<TypeKind::kTime>();
    case TypeKind::kUuid:
      return f.template operator()<TypeKind::kUuid>();
    case TypeKind::kBytea:
      return f.template operator()<TypeKind::kBytea>();
    case TypeKind::kJsonb:
      return f.template operator()<TypeKind::kJsonb>();
    case TypeKind::kBpchar:
      return f.template operator()<TypeKind::kBpchar>();
    case TypeKind::kArray:
      break;
  }
  return f.template operator()<TypeKind::kArray>();
}

/// Calls `f.template operator()<T>()` for the kind's physical type: fewer ways than kinds, where only the
/// slots matter.
template <class F>
constexpr decltype(auto) visit_physical(TypeKind kind, F&& f) {
  return visit_type(kind, [&f]<TypeKind Kind>() -> decltype(auto) {
    return f.template operator()<typename PhysicalOf<Kind>::type>();
  });
}

/// A jsonb's slot, for what goes by its order: not that of its bytes.
struct JsonbText : std::string_view {
  using std::string_view::string_view;
  explicit JsonbText(std::string_view text) : std::string_view(text) {}
};
/// The same of characters.
struct PaddedText : std::string_view {
  using std::string_view::string_view;
  explicit PaddedText(std::string_view text) : std::string_view(text) {}
};
/// The same of an array.
struct ArrayImage : std::string_view {
  using std::string_view::string_view;
  explicit ArrayImage(std::string_view image) : std::string_view(image) {}
};

/// What compare_values (value_order.h) tells the order of a type's slots by: the slots' own type, but for
/// those whose bytes have another order.
template <TypeKind Kind>
struct OrderedOf : PhysicalOf<Kind> {};
template <>
struct OrderedOf<TypeKind::kJsonb> {
  using type = JsonbText;
};
template <>
struct OrderedOf<TypeKind::kBpchar> {
  using type = PaddedText;
};
template <>
struct OrderedOf<TypeKind::kArray> {
  using type = ArrayImage;
};

/// As visit_physical, where the values' order matters.
template <class F>
constexpr decltype(auto) visit_ordered(TypeKind kind, F&& f) {
  return visit_type(kind, [&f]<TypeKind Kind>() -> decltype(auto) {
    return f.template operator()<typename OrderedOf<Kind>::type>();
  });
}

/// Whether a slot's type is a view of bytes that lie elsewhere.
template <class T>
inline constexpr bool kViewsBytes = std::is_base_of_v<std::string_view, T>;
/// The same of a type of values.
constexpr bool holds_bytes(TypeKind kind) {
  return visit_physical(kind, []<class T>() { return kViewsBytes<T>; });
}
/// Whether values are texts, in UTF-8.
constexpr bool holds_text(TypeKind kind) { return is_string(kind) || kind == TypeKind::kJsonb; }
/// Whether values can be keys, of groups and of records, and be told apart by DISTINCT.
constexpr bool is_key_kind(TypeKind kind) { return kind != TypeKind::kJsonb && !is_array(kind); }
inline constexpr size_t kUuidBytes = 16;

/// Whether a slot's content is a value of the type: what was read from bytes may be none. Says nothing of a
/// text's encoding.
template <TypeKind Kind>
constexpr bool is_value(const typename PhysicalOf<Kind>::type& slot) {
  if constexpr (Kind == TypeKind::kBoolean) return slot <= 1;
  if constexpr (Kind == TypeKind::kSmallint) return slot == static_cast<int16_t>(slot);
  if constexpr (Kind == TypeKind::kReal) return slot == static_cast<float>(slot) || slot != slot;
  if constexpr (Kind == TypeKind::kUuid) return slot.size() == kUuidBytes;
  if constexpr (Kind == TypeKind::kTime) return slot >= 0 && slot <= kMicrosPerDay;
  return true;
}

}  // namespace pactolus
