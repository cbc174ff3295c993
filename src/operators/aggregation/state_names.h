#pragma once

#include <string_view>

namespace pactolus {

/// The names by which an aggregate step's state is known in the changelog and on disk. A table of the values
/// that a DISTINCT or an ordered-set aggregate has seen is named by its call's text.
inline constexpr std::string_view kGroupTable = "groups";
/// A field's kind that says no more than that its entry is there.
inline constexpr std::string_view kPresenceKind = "presence";
/// Before the types in the kind of a call's state: "count(DISTINCT text)".
inline constexpr std::string_view kDistinctMark = "DISTINCT ";

}  // namespace pactolus
