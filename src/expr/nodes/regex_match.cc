#include "expr/nodes/regex_match.h"

namespace pactolus {
namespace {

using enum TypeKind;

/// A bpchar's padding counts.
template <bool kFoldCase, bool kNegated>
constexpr Overload matcher(TypeKind kind) {
  return regex_overload<&holds_match<kNegated>, RegexCall{.fold_case = kFoldCase}>({kind, kText}, kBoolean);
}

constexpr OperatorOverload kOperators[] = {
    {"~", matcher<false, false>(kText)}, {"~", matcher<false, false>(kBpchar)},
    {"~*", matcher<true, false>(kText)}, {"~*", matcher<true, false>(kBpchar)},
    {"!~", matcher<false, true>(kText)}, {"!~", matcher<false, true>(kBpchar)},
    {"!~*", matcher<true, true>(kText)}, {"!~*", matcher<true, true>(kBpchar)},
};

}  // namespace

std::span<const OperatorOverload> regex_operators() { return kOperators; }

}  // namespace pactolus
