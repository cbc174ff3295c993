#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pactolus {

/// The known name that a misspelt one most likely meant: smallest optimal-string-alignment distance, without
/// regard to case, at most a third of the name's length (at least 1). None if nothing is that near.
std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known);

/// "did you mean `x`?", or an empty string.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

/// ASCII lower case: names in the topology language match without regard to case.
std::string lower_case(std::string_view text);

}  // namespace pactolus
