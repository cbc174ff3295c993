#pragma once

#include <string>
#include <string_view>

namespace pactolus::testing {

/// `original` with `value` wherever `name` stands in it.
inline std::string replaced(std::string_view original, std::string_view name, std::string_view value) {
  std::string text(original);
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
  return text;
}

}  // namespace pactolus::testing
