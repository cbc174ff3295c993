#include "data/jsonb/jsonb_concatenation.h"

#include <string>

#include "data/jsonb/jsonb_reader.h"
#include "data/jsonb/jsonb_scan.h"
#include "data/jsonb/jsonb_string.h"

namespace pactolus {
namespace {

void append_member(const JsonbItems& member, std::string& out) {
  if (out.size() > 1) out.append(", ");
  out.append("\"").append(member.key()).append("\": ").append(member.value());
}

/// Both have their members in one order.
void merge_objects(std::string_view a, std::string_view b, std::string& out) {
  JsonbItems first(a);
  JsonbItems second(b);
  bool more_first = first.next();
  bool more_second = second.next();
  out.push_back('{');
  while (more_first || more_second) {
    const int place = !more_first ? 1 : !more_second ? -1 : compare_key_places(first.key(), second.key());
    append_member(place < 0 ? first : second, out);
    if (place <= 0) more_first = first.next();
    if (place >= 0) more_second = second.next();
  }
  out.push_back('}');
}

/// What stands between an array's brackets; another value itself.
std::string_view elements_of(std::string_view value) {
  return jsonb_type(value) == JsonbType::kArray ? value.substr(1, value.size() - 2) : value;
}

void append_arrays(std::string_view a, std::string_view b, std::string& out) {
  const std::string_view first = elements_of(a);
  const std::string_view second = elements_of(b);
  out.append("[").append(first);
  if (!first.empty() && !second.empty()) out.append(", ");
  out.append(second).append("]");
}

}  // namespace

std::optional<std::string_view> concatenate_jsonb(std::string_view a, std::string_view b, Arena& memory) {
  std::string joined;
  const bool objects = jsonb_type(a) == JsonbType::kObject && jsonb_type(b) == JsonbType::kObject;
  if (objects) {
    merge_objects(a, b, joined);
  } else {
    append_arrays(a, b, joined);
  }
  if (joined.size() > kJsonbBytesMax) return std::nullopt;
  return memory.copy(joined);
}

}  // namespace pactolus
