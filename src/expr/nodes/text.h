#pragma once

#include <cstddef>
#include <string_view>

#include "data/text_scan.h"
#include "expr/overload.h"

namespace pactolus {

/// || of two texts, which a bpchar becomes by itself, and of a text with any other type, which is written out
/// first.
std::span<const OperatorOverload> text_operators();

/// The longest text that an operator or function makes of its arguments; a longer one fails with SQLSTATE
/// 54000.
inline constexpr size_t kTextBytesMax = 1024 * 1024;

/// ASCII only: what PostgreSQL's lower() does under the locale "C".
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace pactolus
