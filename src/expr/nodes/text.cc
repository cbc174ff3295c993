#include "expr/nodes/text.h"

#include "expr/nodes/cast.h"
#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

Failure concatenate(std::string_view& out, Arena& memory, std::string_view a, std::string_view b) {
  if (a.size() + b.size() > kTextBytesMax) return &failures::kTextTooLong;
  char* begin = memory.allocate(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), begin));
  out = {begin, a.size() + b.size()};
  return kNoFailure;
}

/// Concatenates after writing both as text.
ExpressionPtr make_concatenation(Type result, std::vector<ExpressionPtr> arguments) {
  for (ExpressionPtr& argument : arguments) argument = make_cast(std::move(argument), TypeKind::kText);
  return make_kernel<&concatenate>(result, std::move(arguments));
}

constexpr OperatorOverload concatenation(TypeKind left, TypeKind right) {
  return {"||", {{left, right}, TypeKind::kText, &make_concatenation}};
}

using enum TypeKind;

constexpr OperatorOverload kOperators[] = {
    concatenation(kText, kText),        concatenation(kText, kBoolean),   concatenation(kBoolean, kText),
    concatenation(kText, kInteger),     concatenation(kInteger, kText),   concatenation(kText, kBigint),
    concatenation(kBigint, kText),      concatenation(kText, kDouble),    concatenation(kDouble, kText),
    concatenation(kText, kNumeric),     concatenation(kNumeric, kText),   concatenation(kText, kTimestamptz),
    concatenation(kTimestamptz, kText), concatenation(kText, kDate),      concatenation(kDate, kText),
    concatenation(kText, kTimestamp),   concatenation(kTimestamp, kText), concatenation(kText, kInterval),
    concatenation(kInterval, kText),
};

}  // namespace

std::span<const OperatorOverload> text_operators() { return kOperators; }

}  // namespace pactolus
