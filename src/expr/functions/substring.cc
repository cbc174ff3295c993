#include <limits>

#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// The characters from `begin` (1 is the first) to before `end`, as far as they exist.
std::string_view characters(std::string_view text, int64_t begin, int64_t end) {
  begin = std::max<int64_t>(begin, 1);
  if (end <= begin) return {};
  text.remove_prefix(bytes_of_characters(text, static_cast<size_t>(begin - 1)));
  return text.substr(0, bytes_of_characters(text, static_cast<size_t>(end - begin)));
}

Failure from_start(std::string_view& out, std::string_view text, int32_t start) {
  out = characters(text, start, std::numeric_limits<int64_t>::max());
  return kNoFailure;
}

Failure from_start_for(std::string_view& out, std::string_view text, int32_t start, int32_t length) {
  if (length < 0) return &failures::kNegativeLength;
  out = characters(text, start, int64_t{start} + length);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kInteger}, kText, &make_kernel<&from_start>},
    {{kText, kInteger, kInteger}, kText, &make_kernel<&from_start_for>},
};

bool is_null(const ExpressionPtr& argument) {
  const Literal* literal = as_literal(*argument);
  return literal && literal->is_null();
}

ExpressionPtr make_null(Type result, std::vector<ExpressionPtr>) { return Literal::null(result); }

/// Those with patterns are here so that a quoted pattern isn't taken for a number; `check` refuses them
/// unless an argument is NULL.
constexpr Overload kOverloadsWithPatterns[] = {
    kOverloads[0],
    kOverloads[1],
    {{kText, kText}, kText, &make_null},
    {{kText, kText, kText}, kText, &make_null},
};

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  bool by_position = arguments[1]->type().kind == kInteger;
  if (by_position || std::any_of(arguments.begin(), arguments.end(), is_null)) return std::nullopt;
  return Refusal{"substring by a regular expression is not supported"};
}

}  // namespace

const FunctionSpec& substring_spec() {
  static const FunctionSpec spec{
      .name = "substring",
      .signature = "substring(text FROM integer [FOR integer]) → text",
      .summary =
          "The characters from a position on (1 is the first), all or so many. Also substring(t, 2, 3).",
      .example = "substring('Thomas' FROM 2 FOR 3)",
      .overloads = kOverloadsWithPatterns,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(substring);

const FunctionSpec& substr_spec() {
  static const FunctionSpec spec{
      .name = "substr",
      .signature = "substr(text, integer [, integer]) → text",
      .summary = "Another name of substring.",
      .example = "substr('alphabet', 3, 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(substr);

}  // namespace pactolus
