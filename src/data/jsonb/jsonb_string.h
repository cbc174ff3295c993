#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace pactolus {

/// Strings as they stand in a jsonb's canonical text, escaped, without their quotes.

/// Appends what the escapes of a canonical string mean.
void append_unescaped(std::string_view escaped, std::string& out);

/// The order in which an object's members stand: shorter keys first, in bytes, then byte by byte. Negative,
/// zero or positive.
int compare_key_places(std::string_view escaped_a, std::string_view escaped_b);
/// The same where the second one is a text.
int compare_key_place_to(std::string_view escaped, std::string_view text);
/// The order of the texts themselves, byte by byte.
int compare_escaped(std::string_view escaped_a, std::string_view escaped_b);

/// A value as ->> gives it: of a string its characters, in `memory` if they are escaped, of null none, else
/// the text itself.
std::optional<std::string_view> jsonb_to_text(std::string_view value, Arena& memory);

constexpr bool has_escape(std::string_view escaped) { return escaped.find('\\') != std::string_view::npos; }

}  // namespace pactolus
