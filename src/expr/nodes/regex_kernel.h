#pragma once

#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/overload.h"
#include "expr/regex/regex.h"

namespace pactolus {

using PreparedRegex = Prepared<Regex>;

/// How the arguments (text, pattern, …) of a function or an operator mean a regular expression.
struct RegexCall {
  size_t flags = 0;        // which argument has the flags; 0: none
  bool fold_case = false;  // as if by the flag i
  bool takes_all = false;  // the flag g is one of its own
  enum class Groups { kUnused, kUsed, kIfNamed } groups = Groups::kUnused;  // kIfNamed: by the third argument
};

/// Compiles the pattern, which must be a constant, as must be the flags. Nothing: one of them is NULL.
Result<std::optional<Regex>, Refusal> compile_regex(const RegexCall& call,
                                                    std::span<const ExpressionPtr> arguments);

template <RegexCall kCall>
std::optional<Refusal> check_regex(std::span<const ExpressionPtr> arguments) {
  auto compiled = compile_regex(kCall, arguments);
  return compiled.ok() ? std::nullopt : std::optional(std::move(compiled).error());
}

template <auto F, RegexCall kCall>
ExpressionPtr make_regex_kernel(Type result, std::vector<ExpressionPtr> arguments) {
  std::optional<Regex> regex = compile_regex(kCall, arguments).value();
  if (!regex) return Literal::null(result);
  if (kCall.flags > 0) arguments.erase(arguments.begin() + kCall.flags);
  arguments.erase(arguments.begin() + 1);
  return std::make_unique<StrictKernel<F>>(result, std::move(arguments), PreparedRegex{*std::move(regex)});
}

/// The kernel function F takes the arguments without pattern and flags.
template <auto F, RegexCall kCall>
constexpr Overload regex_overload(std::initializer_list<TypeKind> parameters, TypeKind result) {
  return {parameters, result, &make_regex_kernel<F, kCall>, &check_regex<kCall>};
}

/// Whether a replacement has \1 to \9.
bool names_group(std::string_view replacement);
/// Where the character with that number (1 is the first) begins; text.size() + 1 if there are fewer and no
/// end after the one before it.
size_t character_place(std::string_view text, int32_t number);
/// The match with that number (1 is the first) of those that begin at `from` or later.
std::optional<TextRange> nth_match(const Regex& regex, std::string_view text, size_t from, int32_t number);
/// What PostgreSQL calls a subexpression of a match: 0 is all of it, and so is 1 where there are no groups.
Failure range_of_group(std::optional<TextRange>& out, const Regex& regex, std::string_view text,
                       TextRange match, int32_t group);

}  // namespace pactolus
