#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "data/text_format.h"

namespace pactolus {

/// Reads PostgreSQL's text of an array, `{a,"b c",NULL}`, of elements of this type; the array (array.h) lies
/// in `memory`. 22P02 and what the elements' type refuses; 0A000 for more than one dimension and for bounds.
TextResult<std::string_view> parse_array(std::string_view text, Type element, Arena& memory);
void append_array(std::string_view array, std::string& out);
/// `{a,"b c",NULL}` of elements' texts; none: NULL.
std::string array_text(std::span<const std::optional<std::string>> elements);

}  // namespace pactolus
