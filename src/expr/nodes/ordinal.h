#pragma once

#include <string>
#include <string_view>

#include "expr/nodes/text.h"

namespace pactolus {

/// Appends what makes an ordinal of the number that ends with these digits: "st", "nd", "rd" or "th".
inline void append_ordinal_ending(std::string_view digits, bool capitals, std::string& out) {
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  const char last = teen ? '0' : digits.back();
  const std::string_view ending = last == '1' ? "st" : (last == '2' ? "nd" : (last == '3' ? "rd" : "th"));
  for (char c : ending) out += capitals ? ascii_upper(c) : c;
}

}  // namespace pactolus
