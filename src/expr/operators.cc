#include "expr/operators.h"

#include "expr/nodes/arithmetic.h"
#include "expr/nodes/bits.h"
#include "expr/nodes/comparison.h"
#include "expr/nodes/like.h"
#include "expr/nodes/temporal.h"
#include "expr/nodes/text.h"

namespace pactolus {

std::vector<const Overload*> operators_named(std::string_view name, size_t operands) {
  std::vector<const Overload*> found;
  for (auto table : {arithmetic_operators(), comparison_operators(), temporal_operators(), text_operators(),
                     like_operators(), bit_operators()}) {
    for (const OperatorOverload& candidate : table) {
      if (candidate.name == name && candidate.overload.count == operands)
        found.push_back(&candidate.overload);
    }
  }
  return found;
}

}  // namespace pactolus
