#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "expr/expression.h"

namespace pactolus {

/// Why arguments could never work, with what to write instead; `argument` is the one to blame, if it is one.
struct Refusal {
  std::string message;
  std::string hint = {};
  std::optional<size_t> argument = {};
  std::string code = "wrong-arguments";
};

/// Looks at the arguments of a call before they are made an expression.
using Check = std::optional<Refusal> (*)(std::span<const ExpressionPtr> arguments);

}  // namespace pactolus
