#include <limits>

#include "expr/nodes/literal.h"
#include "expr/nodes/regex_kernel.h"
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

/// The bytes from `begin` (1 is the first) to before `end`, as far as they exist.
std::string_view bytes(std::string_view all, int64_t begin, int64_t end) {
  begin = std::clamp<int64_t>(begin, 1, static_cast<int64_t>(all.size()) + 1);
  return all.substr(static_cast<size_t>(begin - 1), static_cast<size_t>(std::max<int64_t>(end - begin, 0)));
}

/// kPart: characters or bytes.
template <auto kPart>
Failure from_start(std::string_view& out, std::string_view all, int32_t start) {
  out = kPart(all, start, std::numeric_limits<int64_t>::max());
  return kNoFailure;
}

template <auto kPart>
Failure from_start_for(std::string_view& out, std::string_view all, int32_t start, int32_t length) {
  if (length < 0) return &failures::kNegativeLength;
  out = kPart(all, start, int64_t{start} + length);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kText, kInteger}, kText, &make_kernel<&from_start<&characters>>},
    {{kText, kInteger, kInteger}, kText, &make_kernel<&from_start_for<&characters>>},
    {{kBytea, kInteger}, kBytea, &make_kernel<&from_start<&bytes>>},
    {{kBytea, kInteger, kInteger}, kBytea, &make_kernel<&from_start_for<&bytes>>},
};

/// What the first group captured, or the match if there is no group.
Failure by_pattern(std::optional<std::string_view>& out, Arena&, const PreparedRegex& regex,
                   std::string_view text) {
  std::optional<TextRange> range = regex->find(text, 0);
  if (!range) return kNoFailure;
  Failure failure = range_of_group(range, regex.value, text, *range, 1);
  if (range) out = text.substr(range->begin, range->end - range->begin);
  return failure;
}

bool is_null(const ExpressionPtr& argument) {
  const Literal* literal = as_literal(*argument);
  return literal && literal->is_null();
}

ExpressionPtr make_null(Type result, std::vector<ExpressionPtr>) { return Literal::null(result); }

/// The last one, with an SQL regular expression, is here so that a quoted pattern isn't taken for a number;
/// `check` refuses it unless an argument is NULL.
constexpr Overload kOverloadsWithPatterns[] = {
    kOverloads[0],
    kOverloads[1],
    kOverloads[2],
    kOverloads[3],
    regex_overload<&by_pattern, RegexCall{.groups = RegexCall::Groups::kUsed}>({kText, kText}, kText),
    {{kText, kText, kText}, kText, &make_null},
};

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  bool sql_pattern = arguments.size() == 3 && arguments[1]->type().kind == kText;
  if (!sql_pattern || std::any_of(arguments.begin(), arguments.end(), is_null)) return std::nullopt;
  return Refusal{"substring by an SQL regular expression with its escape character is not supported"};
}

}  // namespace

const FunctionSpec& substring_spec() {
  static const FunctionSpec spec{
      .name = "substring",
      .signature =
          "substring(text | bytea FROM integer [FOR integer]) → the same, substring(text FROM pattern) → "
          "text",
      .summary =
          "The characters, or bytes, from a position on (1 is the first), all or so many; also substring(t, "
          "2, 3). By a "
          "regular expression what its first group captured, or its match if it has no group, or NULL.",
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
      .signature = "substr(text | bytea, integer [, integer]) → the same",
      .summary = "Another name of substring.",
      .example = "substr('alphabet', 3, 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(substr);

}  // namespace pactolus
