#include "data/array.h"
#include "data/text_format.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// `null`: an array of one, the text of NULL elements, or NULL if they are left out.
Failure join_with_null(std::string_view& out, Arena& memory, std::string_view array,
                       std::string_view separator, std::string_view null) {
  const Column elements = elements_of(array);
  const ArrayView instead(null);
  std::string text;
  bool first = true;
  for (size_t i = 0; i < elements.rows(); ++i) {
    if (elements.is_null(i) && instead.is_null(0)) continue;
    if (!first) text += separator;
    first = false;
    if (elements.is_null(i)) {
      text += instead.at<std::string_view>(0);
    } else if (elements.type().kind == TypeKind::kBoolean) {
      text += elements.values_of<TypeKind::kBoolean>()[i] != 0 ? 't' : 'f';
    } else {
      append_value(elements, i, text);
    }
    if (text.size() > kTextBytesMax) return &failures::kTextTooLong;
  }
  out = memory.copy(text);
  return kNoFailure;
}

ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  if (arguments.size() == 2) arguments.push_back(Literal::null(kTextType));
  arguments[2] = make_array_of_one(std::move(arguments[2]));
  return make_kernel<&join_with_null>(result, std::move(arguments));
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kArray, kText}, kText, &make}, {{kArray, kText, kText}, kText, &make}};

}  // namespace

const FunctionSpec& array_to_string_spec() {
  static const FunctionSpec spec{
      .name = "array_to_string",
      .signature = "array_to_string(array, separator text [, null text]) → text",
      .summary =
          "The elements with the separator between them; NULL elements are left out, or shown as the third "
          "argument.",
      .example = "array_to_string(ARRAY[1, 2, NULL, 5], ',', '*')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(array_to_string);

}  // namespace pactolus
