#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pactolus {

/// A jsonb is its canonical text, as PostgreSQL prints it: `{"a": 1, "bb": [1, 2.50, null]}`, the members
/// sorted by the length of their keys, then by their bytes. Looking into one is a scan over that text, and
/// what is found is a view of it. Functions without state that don't leave the text, whatever it is. Threads:
/// any.

/// In PostgreSQL's order of values of different types.
enum class JsonbType : uint8_t { kNull, kString, kNumber, kBoolean, kArray, kObject };

JsonbType jsonb_type(std::string_view value);
/// "object", "array", …: as jsonb_typeof says it.
std::string_view jsonb_type_name(JsonbType type);
constexpr bool is_jsonb_container(JsonbType type) { return type >= JsonbType::kArray; }

/// The elements of an array or the members of an object, one after another.
class JsonbItems {
 public:
  /// The text outlives this.
  explicit JsonbItems(std::string_view container);
  /// Goes to the first one, then to the next. False: there is none.
  bool next();
  /// Of a member: as it stands in the text, escaped, without the quotes.
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  const char* next_;
  const char* end_;
  bool object_;
  std::string_view key_;
  std::string_view value_;
};

/// How many elements or members an array or an object has.
uint32_t jsonb_size(std::string_view container);
/// The value of that key; none: it is missing, or this is no object.
std::optional<std::string_view> jsonb_member(std::string_view value, std::string_view key);
/// The element of that index, from 0; negative ones count from the end, -1 is the last. None: there is none,
/// or this is an object. A scalar counts as an array of itself, as in PostgreSQL.
std::optional<std::string_view> jsonb_element(std::string_view value, int64_t index);
/// What a name leads to in a path: a member of an object, or an element of an array, whose index it spells. A
/// scalar has neither.
std::optional<std::string_view> jsonb_step(std::string_view value, std::string_view name);
/// The characters of a string, escaped, without its quotes.
std::string_view jsonb_string_body(std::string_view string);

}  // namespace pactolus
