#pragma once

#include <cstdint>
#include <span>

#include "data/column_batch.h"

namespace pactolus {

/// Whether two slots of columns of one type would be written alike: 1.0 and 1.00 are not the same, two NULLs
/// are.
bool same_slot(const Column& a, uint32_t row_a, const Column& b, uint32_t row_b);

/// A slot's new content: what row `from_row` of `from` has.
struct SlotCopy {
  uint32_t row;
  const Column* from;
  uint32_t from_row;
};

/// `base` with some slots replaced by those of other columns of its type.
ColumnPtr with_slots(const Column& base, std::span<const SlotCopy> copies);

}  // namespace pactolus
