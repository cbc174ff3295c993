#pragma once

#include <cstdint>
#include <span>

#include "data/column_batch.h"

namespace pactolus {

/// Whether two slots of columns of one type would be written alike: 1.0 and 1.00 are not the same, two NULLs
/// are.
bool same_slot(const Column& a, uint32_t row_a, const Column& b, uint32_t row_b);

}  // namespace pactolus
