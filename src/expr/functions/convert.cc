#include "base/nearest_name.h"
#include "data/text_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kNoText{"22021", "invalid byte sequence for encoding \"UTF8\""};

Failure convert_to(std::string_view& out, std::string_view text, std::string_view) {
  out = text;
  return kNoFailure;
}

Failure convert_from(std::string_view& out, std::string_view bytes, std::string_view) {
  if (!is_text(bytes)) return &kNoText;
  out = bytes;
  return kNoFailure;
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  const Literal* literal = as_literal(*arguments[1]);
  if (!literal) return Refusal{.message = "the encoding must be a constant", .argument = 1};
  if (literal->is_null()) return std::nullopt;
  const std::string name = lower_case(literal->value()->values_of<TypeKind::kText>()[0]);
  if (name == "utf8" || name == "utf-8") return std::nullopt;
  return Refusal{.message = "no other encoding than 'UTF8' is supported", .argument = 1};
}

using enum TypeKind;

constexpr Overload kTo[] = {{{kText, kText}, kBytea, &make_kernel<&convert_to>}};
constexpr Overload kFrom[] = {{{kBytea, kText}, kText, &make_kernel<&convert_from>}};

}  // namespace

const FunctionSpec& convert_to_spec() {
  static const FunctionSpec spec{
      .name = "convert_to",
      .signature = "convert_to(text, 'UTF8') → bytea",
      .summary = "The bytes of the text.",
      .example = "convert_to('é', 'UTF8')",
      .overloads = kTo,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(convert_to);

const FunctionSpec& convert_from_spec() {
  static const FunctionSpec spec{
      .name = "convert_from",
      .signature = "convert_from(bytea, 'UTF8') → text",
      .summary = "The text of these bytes; what is no UTF-8 fails (22021).",
      .example = "convert_from('\\xc3a9', 'UTF8')",
      .overloads = kFrom,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(convert_from);

}  // namespace pactolus
