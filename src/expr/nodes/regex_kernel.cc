#include "expr/nodes/regex_kernel.h"

#include "expr/nodes/text.h"

namespace pactolus {
namespace {

Refusal refusal_of(const RegexError& error, size_t argument) {
  if (error.unsupported) return {error.message, error.hint, argument, "not-supported"};
  return {error.message + " (SQLSTATE " + error.sqlstate + ")", error.hint, argument, "invalid-regex"};
}

Result<std::optional<std::string_view>, Refusal> constant_text(std::span<const ExpressionPtr> arguments,
                                                               size_t argument, std::string_view what) {
  const Literal* literal = as_literal(*arguments[argument]);
  if (!literal) {
    return Refusal{.message = "the " + std::string(what) + " must be a constant", .argument = argument};
  }
  if (literal->is_null()) return std::optional<std::string_view>();
  return std::optional(literal->value()->values_of<TypeKind::kText>()[0]);
}

bool may_name_group(const Expression& replacement) {
  const Literal* literal = as_literal(replacement);
  if (!literal) return true;
  return !literal->is_null() && names_group(literal->value()->values_of<TypeKind::kText>()[0]);
}

}  // namespace

bool names_group(std::string_view replacement) {
  for (size_t at = 0; (at = replacement.find('\\', at)) != replacement.npos; at += 2) {
    if (at + 1 < replacement.size() && replacement[at + 1] >= '1' && replacement[at + 1] <= '9') return true;
  }
  return false;
}

Result<std::optional<Regex>, Refusal> compile_regex(const RegexCall& call,
                                                    std::span<const ExpressionPtr> arguments) {
  std::optional<std::string_view> pattern = PACTOLUS_TRY(constant_text(arguments, 1, "regular expression"));
  RegexFlags flags;
  if (call.flags > 0) {
    std::optional<std::string_view> letters =
        PACTOLUS_TRY(constant_text(arguments, call.flags, "regular expression's options"));
    if (!letters) return std::optional<Regex>();
    auto read = RegexFlags::read(*letters);
    if (!read.ok()) return refusal_of(read.error(), call.flags);
    flags = *read;
    if (flags.all && !call.takes_all) {
      return refusal_of({"only regexp_replace has the regular expression option g", "22023"}, call.flags);
    }
  }
  if (!pattern) return std::optional<Regex>();
  flags.fold_case = flags.fold_case || call.fold_case;
  bool groups = call.groups == RegexCall::Groups::kUsed ||
                (call.groups == RegexCall::Groups::kIfNamed && may_name_group(*arguments[2]));
  auto regex = Regex::compile(*pattern, flags, groups ? Regex::Groups::kUsed : Regex::Groups::kUnused);
  if (!regex.ok()) return refusal_of(regex.error(), 1);
  return std::optional(std::move(regex).value());
}

size_t character_place(std::string_view text, int32_t number) {
  size_t place = 0;
  for (; number > 1; --number) {
    if (place >= text.size()) return text.size() + 1;
    place += character_bytes(text, place);
  }
  return place;
}

std::optional<TextRange> nth_match(const Regex& regex, std::string_view text, size_t from, int32_t number) {
  std::optional<TextRange> match = regex.find(text, from);
  for (; match && number > 1; --number) match = regex.find(text, behind_match(text, *match));
  return match;
}

Failure range_of_group(std::optional<TextRange>& out, const Regex& regex, std::string_view text,
                       TextRange match, int32_t group) {
  auto number = static_cast<size_t>(group);
  if (number == 0 || (number == 1 && regex.group_count() == 0)) {
    out = match;
    return kNoFailure;
  }
  out.reset();
  if (number > regex.group_count()) return kNoFailure;
  if (match.end - match.begin > kGroupedMatchBytesMax) return &failures::kMatchTooLong;
  out = regex.groups(text, match)[number];
  return kNoFailure;
}

}  // namespace pactolus
