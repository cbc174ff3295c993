#pragma once

#include <optional>

#include "data/decimal.h"

namespace pactolus {

// Roots, exponentials and logarithms of numerics, with the number of digits that PostgreSQL 15 gives
// (numeric.c: at least 16 significant ones and no fewer than the arguments show), the last one rounded half
// away from zero. None: the result has more than 38 digits. The caller has refused arguments without a
// result.

/// For value >= 0.
std::optional<Decimal> square_root(const Decimal& value);
/// e^value.
std::optional<Decimal> exponential(const Decimal& value);
/// The natural logarithm, for value > 0.
std::optional<Decimal> logarithm(const Decimal& value);
/// The logarithm to any base, for base > 0, base <> 1, value > 0.
std::optional<Decimal> logarithm(const Decimal& base, const Decimal& value);
/// base^exponent. Not for 0 to a negative, nor a negative base to a fraction. Whole exponents of 32 bits give
/// at least 16 digits after the point, others at least 16 significant ones.
std::optional<Decimal> power(const Decimal& base, const Decimal& exponent);

}  // namespace pactolus
