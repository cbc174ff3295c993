#include "expr/operators.h"

#include "expr/nodes/arithmetic.h"
#include "expr/nodes/array_operators.h"
#include "expr/nodes/bits.h"
#include "expr/nodes/comparison.h"
#include "expr/nodes/jsonb.h"
#include "expr/nodes/like.h"
#include "expr/nodes/regex_match.h"
#include "expr/nodes/temporal.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

struct OperatorOfFunction {
  std::string_view name;
  std::string_view function;
  bool doubles_only = false;
};

/// Operators that are another way to write a function.
constexpr OperatorOfFunction kFunctions[] = {
    {"^", "power"},        {"@", "abs"},           {"|/", "sqrt", true},    {"||/", "cbrt"},
    {"^@", "starts_with"}, {"||", "array_append"}, {"||", "array_prepend"}, {"||", "array_cat"}};

}  // namespace

std::vector<const Overload*> operators_named(std::string_view name, size_t operands) {
  std::vector<const Overload*> found;
  for (auto table :
       {arithmetic_operators(), comparison_operators(), temporal_operators(), text_operators(),
        like_operators(), bit_operators(), regex_operators(), array_operators(), jsonb_operators()}) {
    for (const OperatorOverload& candidate : table) {
      if (candidate.name == name && candidate.overload.count == operands)
        found.push_back(&candidate.overload);
    }
  }
  for (const OperatorOfFunction& candidate : kFunctions) {
    if (candidate.name != name) continue;
    for (const Overload& overload : find_function(candidate.function)->overloads) {
      bool taken =
          overload.count == operands && (!candidate.doubles_only || overload.result == TypeKind::kDouble);
      if (taken) found.push_back(&overload);
    }
  }
  return found;
}

}  // namespace pactolus
