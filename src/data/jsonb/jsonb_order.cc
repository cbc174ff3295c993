#include "data/jsonb/jsonb_order.h"

#include "data/jsonb/jsonb_number.h"
#include "data/jsonb/jsonb_scan.h"
#include "data/jsonb/jsonb_string.h"

namespace pactolus {
namespace {

int sign_of(bool less, bool greater) { return less ? -1 : (greater ? 1 : 0); }

/// Of one type.
int compare_scalars(JsonbType type, std::string_view a, std::string_view b) {
  switch (type) {
    case JsonbType::kString:
      return compare_escaped(jsonb_string_body(a), jsonb_string_body(b));
    case JsonbType::kNumber:
      return compare_jsonb_numbers(a, b);
    case JsonbType::kBoolean:
      return sign_of(a < b, b < a);  // f comes before t
    case JsonbType::kNull:
    case JsonbType::kArray:
    case JsonbType::kObject:
      break;
  }
  return 0;
}

int compare_sizes(uint32_t a, uint32_t b) { return sign_of(a < b, b < a); }

int compare_items(std::string_view a, std::string_view b);

/// A value inside another one.
int compare_inner(std::string_view a, std::string_view b) {
  const JsonbType x = jsonb_type(a);
  const JsonbType y = jsonb_type(b);
  if (x != y) return sign_of(x < y, y < x);
  return is_jsonb_container(x) ? compare_items(a, b) : compare_scalars(x, a, b);
}

/// Of two arrays or two objects; no deeper than jsonb values are nested.
int compare_items(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (int order = compare_sizes(jsonb_size(a), jsonb_size(b)); order != 0) return order;
  JsonbItems x(a);
  JsonbItems y(b);
  while (x.next() && y.next()) {
    if (int order = compare_escaped(x.key(), y.key()); order != 0) return order;
    if (int order = compare_inner(x.value(), y.value()); order != 0) return order;
  }
  return 0;
}

/// PostgreSQL keeps a scalar as an array of one element that is marked, and compares sizes before marks.
int compare_scalar_with_array(std::string_view array) {
  const int order = compare_sizes(1, jsonb_size(array));
  return order == 0 ? -1 : order;
}

bool equal_scalars(std::string_view a, std::string_view b) {
  const JsonbType type = jsonb_type(a);
  return type == jsonb_type(b) && compare_scalars(type, a, b) == 0;
}

bool contains_inner(std::string_view a, std::string_view b);

/// Members stand in one order in all objects.
bool object_contains(std::string_view a, std::string_view b) {
  JsonbItems theirs(b);
  JsonbItems ours(a);
  while (theirs.next()) {
    int place = -1;
    while (place < 0 && ours.next()) place = compare_key_places(ours.key(), theirs.key());
    if (place != 0 || !contains_inner(ours.value(), theirs.value())) return false;
  }
  return true;
}

bool array_contains(std::string_view array, std::string_view element) {
  for (JsonbItems ours(array); ours.next();) {
    const bool scalar = !is_jsonb_container(jsonb_type(ours.value()));
    const bool wanted_scalar = !is_jsonb_container(jsonb_type(element));
    if (scalar == wanted_scalar && contains_inner(ours.value(), element)) return true;
  }
  return false;
}

/// Values inside others: a scalar contains its equal.
bool contains_inner(std::string_view a, std::string_view b) {
  const JsonbType type = jsonb_type(a);
  if (type != jsonb_type(b)) return false;
  if (type == JsonbType::kObject) return object_contains(a, b);
  if (type != JsonbType::kArray) return equal_scalars(a, b);
  for (JsonbItems theirs(b); theirs.next();) {
    if (!array_contains(a, theirs.value())) return false;
  }
  return true;
}

}  // namespace

int compare_jsonb(std::string_view a, std::string_view b) {
  const JsonbType x = jsonb_type(a);
  const JsonbType y = jsonb_type(b);
  if (x == JsonbType::kArray && !is_jsonb_container(y)) return -compare_scalar_with_array(a);
  if (y == JsonbType::kArray && !is_jsonb_container(x)) return compare_scalar_with_array(b);
  return compare_inner(a, b);
}

bool jsonb_contains(std::string_view a, std::string_view b) {
  if (jsonb_type(a) == JsonbType::kArray && !is_jsonb_container(jsonb_type(b))) return array_contains(a, b);
  return contains_inner(a, b);
}

bool jsonb_exists(std::string_view value, std::string_view key) {
  const auto is_key = [key](std::string_view string) {
    return jsonb_type(string) == JsonbType::kString &&
           compare_key_place_to(jsonb_string_body(string), key) == 0;
  };
  switch (jsonb_type(value)) {
    case JsonbType::kObject:
      return jsonb_member(value, key).has_value();
    case JsonbType::kArray:
      for (JsonbItems elements(value); elements.next();) {
        if (is_key(elements.value())) return true;
      }
      return false;
    default:
      return is_key(value);
  }
}

}  // namespace pactolus
