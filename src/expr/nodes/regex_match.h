#pragma once

#include "expr/nodes/regex_kernel.h"

namespace pactolus {

/// ~ ~* !~ !~*: whether a text holds a match of a constant regular expression.
std::span<const OperatorOverload> regex_operators();

template <bool kNegated>
Failure holds_match(uint8_t& out, Arena&, const PreparedRegex& regex, std::string_view text) {
  out = regex->found_in(text) != kNegated;
  return kNoFailure;
}

}  // namespace pactolus
