#pragma once

#include <span>
#include <string>

#include "data/column.h"
#include "operators/aggregation/aggregate_program.h"

namespace pactolus {

/// Appends what row `row` of a call's columns is ordered by, as bytes that memcmp orders as ORDER BY does.
void append_order_key(std::span<const ColumnPtr> columns, std::span<const OrderColumn> order, uint32_t row,
                      std::string& out);

}  // namespace pactolus
