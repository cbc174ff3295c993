#include "expr/nodes/elements.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

ExpressionPtr append(Type, std::vector<ExpressionPtr> arguments) {
  return make_array_concatenation(std::move(arguments[0]), make_array_of_one(std::move(arguments[1])));
}

ExpressionPtr prepend(Type, std::vector<ExpressionPtr> arguments) {
  return make_array_concatenation(make_array_of_one(std::move(arguments[0])), std::move(arguments[1]));
}

ExpressionPtr concatenate(Type, std::vector<ExpressionPtr> arguments) {
  return make_array_concatenation(std::move(arguments[0]), std::move(arguments[1]));
}

using enum TypeKind;

constexpr Overload kAppend[] = {unifying({{kArray, kAnyElement}, kArray, &append})};
constexpr Overload kPrepend[] = {unifying({{kAnyElement, kArray}, kArray, &prepend})};
constexpr Overload kConcatenate[] = {unifying({{kArray, kArray}, kArray, &concatenate})};

}  // namespace

const FunctionSpec& array_append_spec() {
  static const FunctionSpec spec{
      .name = "array_append",
      .signature = "array_append(array, element) → array",
      .summary =
          "The array with one element more at its end, which may be NULL; NULL in place of an array "
          "counts as empty.",
      .example = "array_append(ARRAY[1, 2], 3)",
      .overloads = kAppend,
  };
  return spec;
}
PACTOLUS_REGISTER(array_append);

const FunctionSpec& array_prepend_spec() {
  static const FunctionSpec spec{
      .name = "array_prepend",
      .signature = "array_prepend(element, array) → array",
      .summary =
          "The array with one element more at its beginning, which may be NULL; NULL in place of an "
          "array counts as empty.",
      .example = "array_prepend(1, ARRAY[2, 3])",
      .overloads = kPrepend,
  };
  return spec;
}
PACTOLUS_REGISTER(array_prepend);

const FunctionSpec& array_cat_spec() {
  static const FunctionSpec spec{
      .name = "array_cat",
      .signature = "array_cat(array, array) → array",
      .summary = "The elements of both; NULL in place of one of them counts as empty.",
      .example = "array_cat(ARRAY[1, 2], ARRAY[3, 4])",
      .overloads = kConcatenate,
  };
  return spec;
}
PACTOLUS_REGISTER(array_cat);

}  // namespace pactolus
