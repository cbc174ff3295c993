#pragma once

#include <span>
#include <vector>

#include "expr/binding/type_rules.h"
#include "expr/overload.h"

namespace pactolus {

/// Which overload a call means. Neither chosen nor ambiguous: none takes these arguments. A polymorphic one
/// is chosen with the types that it has in this call.
struct OverloadChoice {
  std::optional<Overload> chosen;
  bool ambiguous = false;
};

/// PostgreSQL's rules (documentation 10.2 and 10.3, func_select_candidate in parse_func.c) over `candidates`.
OverloadChoice choose_function(std::span<const Overload* const> candidates,
                               std::span<const MaybeKind> arguments);
/// The same for operators, where an unknown operand is first tried as the other one's type.
OverloadChoice choose_operator(std::span<const Overload* const> candidates,
                               std::span<const MaybeKind> arguments);

}  // namespace pactolus
