#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"

namespace pactolus {

/// The ways to write quantities in a topology or the settings. Each gives nothing for other text or an
/// overflow.

std::optional<Duration> parse_duration(std::string_view text);     // 250ms 10s 5m 1h 30d
std::optional<int64_t> parse_size(std::string_view text);          // bytes: 512KiB 64MiB 1GiB
std::optional<int64_t> parse_whole_number(std::string_view text);  // decimal digits, maybe behind a minus
std::optional<bool> parse_true_false(std::string_view text);       // true false, as in YAML 1.2

/// The shortest way to write a duration so that parse_duration() reads it again; below a millisecond in us.
std::string to_string(Duration duration);
/// The shortest way to write a size so that parse_size() reads it again; below a KiB in bytes.
std::string size_to_string(int64_t bytes);

}  // namespace pactolus
