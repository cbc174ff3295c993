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

OperatorOverload concatenation(TypeKind left, TypeKind right) {
  return {"||", {{left, right}, TypeKind::kText, &make_concatenation}};
}

}  // namespace

std::span<const OperatorOverload> text_operators() {
  static const std::vector<OperatorOverload> operators = [] {
    std::vector<OperatorOverload> all = {concatenation(TypeKind::kText, TypeKind::kText)};
    for (TypeKind kind : kTypeKinds) {
      if (is_string(kind)) continue;
      all.push_back(concatenation(TypeKind::kText, kind));
      all.push_back(concatenation(kind, TypeKind::kText));
    }
    all.push_back(
        {"||", {{TypeKind::kBytea, TypeKind::kBytea}, TypeKind::kBytea, &make_kernel<&concatenate>}});
    return all;
  }();
  return operators;
}

}  // namespace pactolus
