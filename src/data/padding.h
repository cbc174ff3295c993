#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace pactolus {

// The blanks at the end of a character(n)'s text. They are written and matched, but say nothing: texts that
// differ in them alone are equal.

constexpr std::string_view without_padding(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}
constexpr size_t padding_of(std::string_view text) { return text.size() - without_padding(text).size(); }

/// The text with so many more blanks, in `memory`; with none, the text itself.
std::string_view with_padding(std::string_view text, size_t blanks, Arena& memory);
/// The same with those that a text of fewer than `length` characters lacks.
std::string_view padded(std::string_view text, uint32_t length, Arena& memory);

}  // namespace pactolus
