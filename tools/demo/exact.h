#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus::demo {

/// Exact arithmetic for the recomputation, written plainly and apart from the product's own, so that
/// agreement proves something. A price or a sum of prices is an integer number of millionths.
__extension__ typedef __int128 Wide;

constexpr int64_t kMillion = 1'000'000;

/// A decimal number as millionths; none if it is no number, has more than 12 digits before or 6 after the
/// point (what `numeric(18,6)` holds). Zeros at the end of the fraction do not count.
std::optional<Wide> parse_millionths(std::string_view text);

/// "12.340000"
std::string format_millionths(Wide millionths);

/// `round(dividend / divisor, 6)` as PostgreSQL computes it: it rounds twice, first to the scale that its
/// division chooses (select_div_scale in PostgreSQL's numeric.c), then to six digits. Both above 0.
Wide rounded_quotient(Wide dividend_millionths, Wide divisor);

}  // namespace pactolus::demo
