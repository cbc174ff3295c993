#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"

namespace pactolus {

/// PostgreSQL's || of two jsonb values: of two objects one with the members of both, where the second one's
/// count; else an array with the elements of both, a scalar or an object beside an array being one element.
/// None: it would have more than kJsonbBytesMax bytes.
std::optional<std::string_view> concatenate_jsonb(std::string_view a, std::string_view b, Arena& memory);

}  // namespace pactolus
