#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pactolus {

/// The longest number that a jsonb holds, written out without an exponent. Every double fits.
inline constexpr size_t kJsonbNumberBytesMax = 1000;

/// Appends a JSON number (RFC 8259) as PostgreSQL's numeric prints it, with the scale that it has: 1.50
/// stays, 1e2 is 100, 15e-1 is 1.5. False: it would be longer than kJsonbNumberBytesMax.
bool append_jsonb_number(std::string_view digits, std::string& out);

/// The order of two numbers as append_jsonb_number() writes them, whatever number of digits they have:
/// negative, zero or positive.
int compare_jsonb_numbers(std::string_view a, std::string_view b);

/// Such a number to the nearest whole one, half away from zero. None: it is no int64.
std::optional<int64_t> round_jsonb_number(std::string_view number);

}  // namespace pactolus
