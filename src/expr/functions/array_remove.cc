#include "expr/nodes/array_search.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/failure.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// The elements of `array`, but where they are `wanted` that of `instead`, which has one or none.
Failure replace_all(std::string_view& out, Arena& memory, std::string_view array, std::string_view wanted,
                    std::optional<ArrayView> instead) {
  const ArrayView view(array);
  const ArrayView one(wanted);
  Column elements = elements_of(array);
  size_t kept = 0;
  visit_ordered(view.element(), [&]<class T>() {
    auto* values = elements.values<T>();
    for (size_t i = 0; i < view.size(); ++i) {
      const bool found = same_element<T>(view, i, one, 0);
      if (found && !instead) continue;
      const ArrayView& from = found ? *instead : view;
      const size_t at = found ? 0 : i;
      elements.nulls()[kept] = from.is_null(at) ? 1 : 0;
      values[kept++] = from.is_null(at) ? T{} : from.at<T>(at);
    }
  });
  out = make_array(elements, 0, kept, memory);
  return out.size() > std::max(kArrayBytesMax, array.size()) ? &failures::kArrayTooLong : kNoFailure;
}

Failure remove(std::string_view& out, Arena& memory, std::string_view array, std::string_view wanted) {
  return replace_all(out, memory, array, wanted, std::nullopt);
}

Failure replace(std::string_view& out, Arena& memory, std::string_view array, std::string_view wanted,
                std::string_view instead) {
  return replace_all(out, memory, array, wanted, ArrayView(instead));
}

/// The kernel function F takes the elements as arrays of one.
template <auto F>
ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  for (size_t i = 1; i < arguments.size(); ++i) arguments[i] = make_array_of_one(std::move(arguments[i]));
  return make_kernel<F>(result, std::move(arguments));
}

using enum TypeKind;

constexpr Overload kRemove[] = {unifying({{kArray, kAnyElement}, kArray, &make<&remove>})};
constexpr Overload kReplace[] = {unifying({{kArray, kAnyElement, kAnyElement}, kArray, &make<&replace>})};

}  // namespace

const FunctionSpec& array_remove_spec() {
  static const FunctionSpec spec{
      .name = "array_remove",
      .signature = "array_remove(array, element) → array",
      .summary = "The array without the elements that are equal; NULL is equal to NULL.",
      .example = "array_remove(ARRAY[1, 2, 3, 2], 2)",
      .overloads = kRemove,
  };
  return spec;
}
PACTOLUS_REGISTER(array_remove);

const FunctionSpec& array_replace_spec() {
  static const FunctionSpec spec{
      .name = "array_replace",
      .signature = "array_replace(array, element, replacement) → array",
      .summary = "The array with a replacement for each element that is equal; NULL is equal to NULL.",
      .example = "array_replace(ARRAY[1, 2, 5, 4], 5, 3)",
      .overloads = kReplace,
  };
  return spec;
}
PACTOLUS_REGISTER(array_replace);

}  // namespace pactolus
