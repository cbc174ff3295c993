#include "expr/nodes/array_search.h"
#include "expr/nodes/elements.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure position_from(std::optional<int32_t>& out, std::string_view array, std::string_view wanted,
                      int32_t start) {
  const ArrayView view(array);
  const size_t found = find_element(view, ArrayView(wanted), static_cast<size_t>(std::max(start, 1) - 1));
  if (found < view.size()) out = static_cast<int32_t>(found) + 1;
  return kNoFailure;
}

Failure position(std::optional<int32_t>& out, std::string_view array, std::string_view wanted) {
  return position_from(out, array, wanted, 1);
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

/// The kernel function F takes the element as an array of one.
template <auto F>
ExpressionPtr make_search(Type result, std::vector<ExpressionPtr> arguments) {
  arguments[1] = make_array_of_one(std::move(arguments[1]));
  return make_kernel<F>(result, std::move(arguments));
}

/// NULL is no place to start at.
constexpr FailureText kStartIsNull{"22004", "initial position must not be null"};

std::optional<Refusal> check_start(std::span<const ExpressionPtr> arguments) {
  const Literal* start = as_literal(*arguments[2]);
  if (start == nullptr || !start->is_null()) return std::nullopt;
  return Refusal{.message = kStartIsNull.message, .argument = 2};
}

using enum TypeKind;

constexpr Overload kPosition[] = {
    unifying({{kArray, kAnyElement}, kInteger, &make_search<&position>}),
    unifying({{kArray, kAnyElement, kInteger}, kInteger, &make_search<&position_from>, &check_start}),
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
