#include "data/array.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// The fields between separators; none: the characters.
std::vector<std::string_view> fields(std::string_view text, std::optional<std::string_view> separator) {
  std::vector<std::string_view> all;
  if (separator && separator->empty()) return {text};
  while (!text.empty() || separator) {
    const size_t end = separator ? text.find(*separator) : character_bytes(text, 0);
    all.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + (separator ? separator->size() : 0));
  }
  return all;
}

/// `separator` and `null` are arrays of one.
Failure divide(std::string_view& out, Arena& memory, std::string_view text, std::string_view separator,
               std::string_view null) {
  const ArrayView between(separator);
  const ArrayView is_null(null);
  std::vector<std::string_view> texts;
  if (!text.empty()) {
    texts = fields(text, between.is_null(0) ? std::nullopt : std::optional(between.at<std::string_view>(0)));
  }
  Column elements(kTextType, texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    elements.values_of<TypeKind::kText>()[i] = texts[i];
    if (!is_null.is_null(0) && texts[i] == is_null.at<std::string_view>(0)) elements.set_null(i);
  }
  out = make_array(elements, 0, texts.size(), memory);
  return out.size() > kArrayBytesMax ? &failures::kArrayTooLong : kNoFailure;
}

ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  if (arguments.size() == 2) arguments.push_back(Literal::null(kTextType));
  for (size_t i : {1, 2}) arguments[i] = make_array_of_one(std::move(arguments[i]));
  return make_kernel<&divide>(result, std::move(arguments));
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText}, array_of(kText), &make},
                                   {{kText, kText, kText}, array_of(kText), &make}};

}  // namespace

const FunctionSpec& string_to_array_spec() {
  static const FunctionSpec spec{
      .name = "string_to_array",
      .signature = "string_to_array(text, separator text [, null text]) → text[]",
      .summary =
          "The fields between separators, or the characters where the separator is NULL; fields that are "
          "the third argument become NULL.",
      .example = "string_to_array('xx~~yy~~zz', '~~', 'yy')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(string_to_array);

}  // namespace pactolus
