#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pactolus {

/// A character that a configuration file may not hold, and where.
struct BadCharacter {
  enum class Kind { kNotUtf8, kControl } kind;
  size_t offset;
};

/// The first byte that is not UTF-8, or the first control character other than tab and line breaks (a
/// carriage return counts only before a line feed). yaml-cpp would accept them, or take one for the end of
/// the file.
std::optional<BadCharacter> find_bad_character(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace pactolus
