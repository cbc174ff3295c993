#include "expr/nodes/array_operators.h"

#include <vector>

#include "expr/nodes/array_search.h"
#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

/// Whether an element of the array is equal to the i-th of the other one; NULL is equal to nothing.
template <class T>
bool has(const ArrayView& array, const ArrayView& other, size_t i) {
  if (other.is_null(i)) return false;
  for (size_t j = 0; j < array.size(); ++j) {
    if (same_element<T>(array, j, other, i)) return true;
  }
  return false;
}

Failure contains(uint8_t& out, std::string_view array, std::string_view wanted) {
  const ArrayView all(array);
  const ArrayView some(wanted);
  out = visit_ordered(all.element(), [&]<class T>() {
    for (size_t i = 0; i < some.size(); ++i) {
      if (!has<T>(all, some, i)) return false;
    }
    return true;
  });
  return kNoFailure;
}

Failure is_contained(uint8_t& out, std::string_view wanted, std::string_view array) {
  return contains(out, array, wanted);
}

Failure overlaps(uint8_t& out, std::string_view a, std::string_view b) {
  const ArrayView left(a);
  const ArrayView right(b);
  out = visit_ordered(left.element(), [&]<class T>() {
    for (size_t i = 0; i < right.size(); ++i) {
      if (has<T>(left, right, i)) return true;
    }
    return false;
  });
  return kNoFailure;
}

using enum TypeKind;

}  // namespace

std::span<const OperatorOverload> array_operators() {
  static const std::vector<OperatorOverload> operators = {
      {"@>", {{kArray, kArray}, kBoolean, &make_kernel<&contains>}},
      {"<@", {{kArray, kArray}, kBoolean, &make_kernel<&is_contained>}},
      {"&&", {{kArray, kArray}, kBoolean, &make_kernel<&overlaps>}},
  };
  return operators;
}

}  // namespace pactolus
