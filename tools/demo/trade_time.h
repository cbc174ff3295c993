#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus::demo {

/// Microseconds since 1970 as "2026-01-02T15:00:59.000001Z".
std::string format_time(int64_t micros);

/// What format_time() writes, with up to six digits of a second or none. None: anything else.
std::optional<int64_t> parse_time(std::string_view text);

}  // namespace pactolus::demo
