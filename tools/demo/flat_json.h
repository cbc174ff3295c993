#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus::demo {

/// A value of a JSON object: a string's text, or a number's characters as they stand.
struct FlatValue {
  enum Kind { kString, kNumber, kOther } kind = kOther;
  std::string text;
};

using FlatObject = std::map<std::string, FlatValue>;

/// Reads a JSON object without nested ones. None: it is none, or no JSON.
std::optional<FlatObject> parse_flat_json(std::string_view text);

}  // namespace pactolus::demo
