#include "expr/nodes/array_search.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kStartIsNull{"22004", "initial position must not be null"};

Failure search(std::optional<int32_t>& out, std::string_view array, std::string_view wanted, int32_t start) {
  const ArrayView view(array);
  const size_t found = find_element(view, ArrayView(wanted), static_cast<size_t>(std::max(start, 1) - 1));
  if (found < view.size()) out = static_cast<int32_t>(found) + 1;
  return kNoFailure;
}

Failure position(std::optional<int32_t>& out, std::string_view array, std::string_view wanted) {
  return search(out, array, wanted, 1);
}

Failure position_from(std::optional<int32_t>& out, std::string_view array, std::string_view wanted,
                      std::string_view start) {
  const ArrayView from(start);
  if (!from.is_null(0)) return search(out, array, wanted, from.at<int32_t>(0));
  // As PostgreSQL, which looks at the start last.
  const ArrayView view(array);
  const ArrayView one(wanted);
  const bool nothing = view.size() == 0 || (one.is_null(0) && find_element(view, one, 0) == view.size());
  return nothing ? kNoFailure : &kStartIsNull;
}

Failure positions(std::string_view& out, Arena& memory, std::string_view array, std::string_view wanted) {
  const ArrayView view(array);
  const ArrayView one(wanted);
  Column found(kIntegerType, view.size());
  size_t count = 0;
  for (size_t i = find_element(view, one, 0); i < view.size(); i = find_element(view, one, i + 1)) {
    found.values_of<TypeKind::kInteger>()[count++] = static_cast<int32_t>(i) + 1;
  }
  out = make_array(found, 0, count, memory);
  return kNoFailure;
}

/// The kernel function F takes what is behind the array as arrays of one: only the array makes it strict.
template <auto F>
ExpressionPtr make_search(Type result, std::vector<ExpressionPtr> arguments) {
  for (size_t i = 1; i < arguments.size(); ++i) arguments[i] = make_array_of_one(std::move(arguments[i]));
  return make_kernel<F>(result, std::move(arguments));
}

using enum TypeKind;

constexpr Overload kPosition[] = {
    unifying({{kArray, kAnyElement}, kInteger, &make_search<&position>}),
    unifying({{kArray, kAnyElement, kInteger}, kInteger, &make_search<&position_from>}),
};
constexpr Overload kPositions[] = {
    unifying({{kArray, kAnyElement}, array_of(kInteger), &make_search<&positions>})};

}  // namespace

const FunctionSpec& array_position_spec() {
  static const FunctionSpec spec{
      .name = "array_position",
      .signature = "array_position(array, element [, start integer]) → integer",
      .summary =
          "The number of the first element that is equal, from a number on; NULL is equal to NULL. NULL "
          "if there is none.",
      .example = "array_position(ARRAY['sun', 'mon', 'tue'], 'mon')",
      .overloads = kPosition,
  };
  return spec;
}
PACTOLUS_REGISTER(array_position);

const FunctionSpec& array_positions_spec() {
  static const FunctionSpec spec{
      .name = "array_positions",
      .signature = "array_positions(array, element) → integer[]",
      .summary = "The numbers of all elements that are equal; NULL is equal to NULL.",
      .example = "array_positions(ARRAY['a', 'b', 'a'], 'a')",
      .overloads = kPositions,
  };
  return spec;
}
PACTOLUS_REGISTER(array_positions);

}  // namespace pactolus
