#pragma once

#include <string_view>

namespace pactolus {

// PostgreSQL's functions that an expression must not call, by lower-case name: for messages that say why.

/// sum, count, percentile_cont, …
bool is_aggregate_name(std::string_view name);
/// lag, row_number, …
bool is_window_name(std::string_view name);
/// now, random, …: their value doesn't depend on the row alone, so a replay would differ.
bool is_undetermined_name(std::string_view name);

}  // namespace pactolus
