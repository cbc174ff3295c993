#include "data/jsonb/jsonb_scan.h"

#include <array>
#include <charconv>
#include <cstring>

#include "data/jsonb/jsonb_string.h"
#include "data/text_scan.h"

namespace pactolus {
namespace {

/// Behind the string that begins with the quote at `p`.
const char* skip_string(const char* p, const char* end) {
  const char* begin = p + 1;
  for (p = begin; p < end; ++p) {
    p = static_cast<const char*>(std::memchr(p, '"', static_cast<size_t>(end - p)));
    if (p == nullptr) return end;
    const char* escapes = p;
    while (escapes != begin && escapes[-1] == '\\') --escapes;
    if ((p - escapes) % 2 == 0) return p + 1;
  }
  return end;
}

const char* skip_container(const char* p, const char* end) {
  size_t depth = 0;
  while (p < end) {
    switch (*p) {
      case '"':
        p = skip_string(p, end);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return p + 1;
        break;
      default:
        break;
    }
    ++p;
  }
  return end;
}

const char* skip_value(const char* p, const char* end) {
  if (p == end) return end;
  if (*p == '"') return skip_string(p, end);
  if (*p == '{' || *p == '[') return skip_container(p, end);
  while (p != end && *p != ',' && *p != ']' && *p != '}') ++p;
  return p;
}

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

/// As C's strtol reads a number that nothing follows.
std::optional<int32_t> read_index(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
  int32_t index = 0;
  const char* end = text.data() + text.size();
  auto [stop, status] = std::from_chars(text.data(), end, index);
  if (status != std::errc{} || stop != end) return std::nullopt;
  return index;
}

}  // namespace

JsonbType jsonb_type(std::string_view value) {
  switch (value.empty() ? 'n' : value.front()) {
    case '{':
      return JsonbType::kObject;
    case '[':
      return JsonbType::kArray;
    case '"':
      return JsonbType::kString;
    case 't':
    case 'f':
      return JsonbType::kBoolean;
    case 'n':
      return JsonbType::kNull;
    default:
      return JsonbType::kNumber;
  }
}

std::string_view jsonb_type_name(JsonbType type) {
  static constexpr std::array<std::string_view, 6> kNames = {"null",    "string", "number",
                                                             "boolean", "array",  "object"};
  return kNames[static_cast<size_t>(type)];
}

JsonbItems::JsonbItems(std::string_view container)
    : next_(container.data()), end_(next_ + container.size()), object_(container.starts_with('{')) {
  if (next_ != end_) ++next_;
}

bool JsonbItems::next() {
  while (next_ != end_ && (*next_ == ',' || *next_ == ' ')) ++next_;
  if (next_ == end_ || *next_ == ']' || *next_ == '}') return false;
  if (object_) {
    const char* begin = next_;
    next_ = skip_string(begin, end_);
    key_ = jsonb_string_body(view(begin, next_));
    while (next_ != end_ && (*next_ == ':' || *next_ == ' ')) ++next_;
  }
  const char* begin = next_;
  next_ = skip_value(begin, end_);
  value_ = view(begin, next_);
  return true;
}

uint32_t jsonb_size(std::string_view container) {
  uint32_t count = 0;
  for (JsonbItems items(container); items.next();) ++count;
  return count;
}

std::optional<std::string_view> jsonb_member(std::string_view value, std::string_view key) {
  if (jsonb_type(value) != JsonbType::kObject) return std::nullopt;
  for (JsonbItems members(value); members.next();) {
    const int place = compare_key_place_to(members.key(), key);
    if (place == 0) return members.value();
    if (place > 0) break;
  }
  return std::nullopt;
}

std::optional<std::string_view> jsonb_element(std::string_view value, int64_t index) {
  const JsonbType type = jsonb_type(value);
  if (type == JsonbType::kObject) return std::nullopt;
  if (type != JsonbType::kArray) return index == 0 || index == -1 ? std::optional(value) : std::nullopt;
  if (index < 0) index += jsonb_size(value);
  if (index < 0) return std::nullopt;
  for (JsonbItems elements(value); elements.next(); --index) {
    if (index == 0) return elements.value();
  }
  return std::nullopt;
}

std::optional<std::string_view> jsonb_step(std::string_view value, std::string_view name) {
  const JsonbType type = jsonb_type(value);
  if (type == JsonbType::kObject) return jsonb_member(value, name);
  const std::optional<int32_t> index = type == JsonbType::kArray ? read_index(name) : std::nullopt;
  return index ? jsonb_element(value, *index) : std::nullopt;
}

std::string_view jsonb_string_body(std::string_view string) {
  return string.size() < 2 ? std::string_view{} : string.substr(1, string.size() - 2);
}

}  // namespace pactolus
