#include "expr/nodes/regex_match.h"

namespace pactolus {
namespace {

using enum TypeKind;

template <bool kFoldCase, bool kNegated>
constexpr Overload matcher() {
  return regex_overload<&holds_match<kNegated>, RegexCall{.fold_case = kFoldCase}>({kText, kText}, kBoolean);
}

constexpr OperatorOverload kOperators[] = {
    {"~", matcher<false, false>()},
    {"~*", matcher<true, false>()},
    {"!~", matcher<false, true>()},
    {"!~*", matcher<true, true>()},
};

}  // namespace

std::span<const OperatorOverload> regex_operators() { return kOperators; }

}  // namespace pactolus
