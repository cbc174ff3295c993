#include "data/type.h"

#include <array>
#include <charconv>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

struct TypeName {
  std::string_view name;  // words separated by single blanks
  TypeKind kind;
};

constexpr auto kTypeNames = std::to_array<TypeName>({
    {"boolean", TypeKind::kBoolean},
    {"bool", TypeKind::kBoolean},
    {"smallint", TypeKind::kSmallint},
    {"int2", TypeKind::kSmallint},
    {"integer", TypeKind::kInteger},
    {"int", TypeKind::kInteger},
    {"int4", TypeKind::kInteger},
    {"bigint", TypeKind::kBigint},
    {"int8", TypeKind::kBigint},
    {"real", TypeKind::kReal},
    {"float4", TypeKind::kReal},
    {"double precision", TypeKind::kDouble},
    {"float8", TypeKind::kDouble},
    {"float", TypeKind::kDouble},
    {"numeric", TypeKind::kNumeric},
    {"decimal", TypeKind::kNumeric},
    {"dec", TypeKind::kNumeric},
    {"text", TypeKind::kText},
    {"uuid", TypeKind::kUuid},
    {"bytea", TypeKind::kBytea},
    {"jsonb", TypeKind::kJsonb},
    {"varchar", TypeKind::kText},
    {"character varying", TypeKind::kText},
    {"bpchar", TypeKind::kBpchar},
    {"char", TypeKind::kBpchar},
    {"character", TypeKind::kBpchar},
    {"timestamptz", TypeKind::kTimestamptz},
    {"timestamp with time zone", TypeKind::kTimestamptz},
    {"timestamp", TypeKind::kTimestamp},
    {"timestamp without time zone", TypeKind::kTimestamp},
    {"date", TypeKind::kDate},
    {"time", TypeKind::kTime},
    {"time without time zone", TypeKind::kTime},
    {"interval", TypeKind::kInterval},
});

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Removes blanks at both ends and beside punctuation, makes one of several, and lowers the letters.
std::string normalise(std::string_view text) {
  std::string result;
  for (char c : lower_case(text)) {
    bool punctuation = std::string_view("(),[]").find(c) != std::string_view::npos;
    if (is_blank(c)) c = ' ';
    if (punctuation && !result.empty() && result.back() == ' ') result.pop_back();
    bool skip =
        c == ' ' && (result.empty() || result.back() == ' ' || result.back() == '(' || result.back() == ',');
    if (!skip) result.push_back(c);
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::optional<TypeKind> find_kind(std::string_view name) {
  for (const TypeName& known : kTypeNames) {
    if (known.name == name) return known.kind;
  }
  return std::nullopt;
}

/// Takes a number from the front.
template <class T>
std::optional<T> take_number(std::string_view& text) {
  T value = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

/// `arguments` is what stands behind the opening parenthesis: "12,2)".
std::optional<Type> numeric_with(std::string_view arguments) {
  auto precision = take_number<uint8_t>(arguments);
  std::optional<uint8_t> scale = 0;
  if (arguments.starts_with(',')) {
    arguments.remove_prefix(1);
    scale = take_number<uint8_t>(arguments);
  }
  if (!precision || !scale || arguments != ")") return std::nullopt;
  if (*precision < 1 || *precision > Decimal::kDigitsMax || *scale > *precision) return std::nullopt;
  return Type{TypeKind::kNumeric, *precision, *scale};
}

/// Of varchar(20) "20)".
std::optional<uint32_t> characters_of(std::string_view arguments, uint32_t max) {
  auto characters = take_number<uint32_t>(arguments);
  bool valid = characters && arguments == ")" && *characters >= 1 && *characters <= max;
  return valid ? characters : std::nullopt;
}

std::optional<DeclaredType> text_of_at_most(std::string_view arguments) {
  constexpr uint32_t kCharactersMax = 10 * 1024 * 1024;
  std::optional<uint32_t> characters = characters_of(arguments, kCharactersMax);
  return characters ? std::optional(DeclaredType{kTextType, *characters}) : std::nullopt;
}

/// PostgreSQL takes ten times as many, which every value would have.
std::optional<DeclaredType> padded_text_of(std::string_view arguments) {
  constexpr uint32_t kCharactersMax = 1024 * 1024;
  std::optional<uint32_t> length = characters_of(arguments, kCharactersMax);
  if (!length) return std::nullopt;
  return DeclaredType{Type{.kind = TypeKind::kBpchar, .length = *length}};
}

}  // namespace

std::optional<TypeKind> type_kind_of(uint8_t number) {
  auto kind = static_cast<TypeKind>(number);
  auto element = static_cast<uint8_t>(element_of(kind));
  return element < kTypeKinds.size() ? std::optional(kind) : std::nullopt;
}

std::string to_string(const Type& type) {
  switch (general(type.kind)) {
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kInteger:
      return "integer";
    case TypeKind::kBigint:
      return "bigint";
    case TypeKind::kDouble:
      return "double precision";
    case TypeKind::kNumeric:
      if (type.precision == 0) return "numeric";
      return "numeric(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case TypeKind::kText:
      return "text";
    case TypeKind::kTimestamptz:
      return "timestamp with time zone";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kInterval:
      return "interval";
    case TypeKind::kTimestamp:
      return "timestamp without time zone";
    case TypeKind::kSmallint:
      return "smallint";
    case TypeKind::kReal:
      return "real";
    case TypeKind::kTime:
      return "time without time zone";
    case TypeKind::kUuid:
      return "uuid";
    case TypeKind::kBytea:
      return "bytea";
    case TypeKind::kJsonb:
      return "jsonb";
    case TypeKind::kBpchar:
      return type.length == 0 ? "bpchar" : "character(" + std::to_string(type.length) + ")";
    case TypeKind::kArray:
      break;
  }
  return is_array(type.kind) ? to_string(element_of(type)) + "[]" : "anyarray";
}

std::optional<DeclaredType> parse_declared_type(std::string_view text) {
  constexpr size_t kLongestName = 256;
  if (text.size() > kLongestName) return std::nullopt;
  std::string name = normalise(text);
  if (name.ends_with("[]")) {
    name.resize(name.size() - std::string_view("[]").size());
    std::optional<DeclaredType> element = parse_declared_type(name);
    if (!element || is_array(element->type.kind)) return std::nullopt;
    return DeclaredType{array_of(element->type), element->characters_max};
  }
  const size_t parenthesis = name.find('(');
  const std::string_view base = std::string_view{name}.substr(0, parenthesis);
  const std::optional<TypeKind> kind = find_kind(base);
  if (!kind) return std::nullopt;
  if (parenthesis == std::string::npos) {
    const uint32_t length = *kind == TypeKind::kBpchar && base != "bpchar" ? 1 : 0;
    return DeclaredType{Type{.kind = *kind, .length = length}};
  }
  const std::string_view arguments = std::string_view{name}.substr(parenthesis + 1);
  if (*kind == TypeKind::kText && base != "text") return text_of_at_most(arguments);
  if (*kind == TypeKind::kBpchar) return padded_text_of(arguments);
  std::optional<Type> numeric = *kind == TypeKind::kNumeric ? numeric_with(arguments) : std::nullopt;
  return numeric ? std::optional(DeclaredType{*numeric}) : std::nullopt;
}

std::optional<Type> parse_type(std::string_view text) {
  std::optional<DeclaredType> declared = parse_declared_type(text);
  return declared && declared->characters_max == 0 ? std::optional(declared->type) : std::nullopt;
}

std::vector<std::string_view> names_of(TypeKind kind) {
  std::vector<std::string_view> names;
  for (const TypeName& known : kTypeNames) {
    if (known.kind == kind) names.push_back(known.name);
  }
  return names;
}

const std::vector<std::string>& type_names() {
  static const std::vector<std::string> names = {
      "boolean",   "smallint", "integer", "bigint", "real", "double precision",
      "numeric",   "text",     "char",    "date",   "time", "timestamptz",
      "timestamp", "interval", "uuid",    "bytea",  "jsonb"};
  return names;
}

}  // namespace pactolus
