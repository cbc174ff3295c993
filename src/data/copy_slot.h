#pragma once

#include "data/column.h"

namespace pactolus {

/// Puts one row's value or NULL into a row of another column of its physical type. Bytes stay where they are:
/// the caller keeps them alive.
inline void copy_slot(const Column& from, size_t from_row, Column& to, size_t row) {
  to.nulls()[row] = from.nulls()[from_row];
  visit_physical(to.type().kind, [&]<class T>() { to.values<T>()[row] = from.values<T>()[from_row]; });
}

}  // namespace pactolus
