#pragma once

#include <string_view>

#include "data/array.h"
#include "data/value_order.h"

namespace pactolus {

/// Whether the i-th element of one array and the j-th of another one of its type are equal, NULLs too.
template <class T>
bool same_element(const ArrayView& a, size_t i, const ArrayView& b, size_t j) {
  if (a.is_null(i) || b.is_null(j)) return a.is_null(i) == b.is_null(j);
  return compare_values(a.at<T>(i), b.at<T>(j)) == 0;
}

/// The first element from `from` on that is the only one of `wanted`; array.size() if there is none.
inline size_t find_element(const ArrayView& array, const ArrayView& wanted, size_t from) {
  return visit_ordered(array.element(), [&]<class T>() {
    while (from < array.size() && !same_element<T>(array, from, wanted, 0)) ++from;
    return from;
  });
}

}  // namespace pactolus
