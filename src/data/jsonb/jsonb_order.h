#pragma once

#include <string_view>

namespace pactolus {

/// PostgreSQL's order of two jsonb values, by which = compares, too: negative, zero or positive. Objects are
/// greater than arrays, these than booleans, numbers, strings, null; of two arrays or objects the one with
/// more items is greater; then their items count, one after another, a member's key before its value. An
/// empty array is less than any scalar (only where it is the whole value).
int compare_jsonb(std::string_view a, std::string_view b);

/// PostgreSQL's @>: every member or element of `b` is in `a`, at the same depth; order and repetitions of
/// elements don't count, and an array also contains a scalar that is its element.
bool jsonb_contains(std::string_view a, std::string_view b);

/// PostgreSQL's ?: an object has the key, an array has the string as an element, or the value is that string.
bool jsonb_exists(std::string_view value, std::string_view key);

}  // namespace pactolus
