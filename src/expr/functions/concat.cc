#include "expr/nodes/joined_text.h"
#include "expr/nodes/literal.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

ExpressionPtr concatenated(Type, std::vector<ExpressionPtr> parts) {
  return make_joined_text(Literal::text(""), std::move(parts));
}

ExpressionPtr separated(Type, std::vector<ExpressionPtr> arguments) {
  ExpressionPtr separator = std::move(arguments.front());
  arguments.erase(arguments.begin());
  return make_joined_text(std::move(separator), std::move(arguments));
}

}  // namespace

const FunctionSpec& concat_spec() {
  static const FunctionSpec spec{
      .name = "concat",
      .signature = "concat(value [, …]) → text",
      .summary = "The values of any types, written out, one behind the other; nulls count as empty.",
      .example = "concat('a', 5, true)",
      .variadic = VariadicCall{.leading_texts = 0, .make = &concatenated},
  };
  return spec;
}
PACTOLUS_REGISTER(concat);

const FunctionSpec& concat_ws_spec() {
  static const FunctionSpec spec{
      .name = "concat_ws",
      .signature = "concat_ws(separator, value [, …]) → text",
      .summary = "The values of any types that are not null, written out, with the separator between them.",
      .example = "concat_ws('-', 'a', NULL, 5)",
      .variadic = VariadicCall{.leading_texts = 1, .make = &separated},
  };
  return spec;
}
PACTOLUS_REGISTER(concat_ws);

}  // namespace pactolus
