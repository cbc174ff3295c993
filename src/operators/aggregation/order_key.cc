#include "operators/aggregation/order_key.h"

#include "data/key_encoding.h"

namespace pactolus {
namespace {

enum NullOrder : char { kNullFirst = 0, kValue = 1, kNullLast = 2 };

}  // namespace

/// A value's key ends by itself, so turning its bits over turns the order round and no more.
void append_order_key(std::span<const ColumnPtr> columns, std::span<const OrderColumn> order, uint32_t row,
                      std::string& out) {
  for (const OrderColumn& by : order) {
    const Column& column = *columns[by.column];
    if (column.is_null(row)) {
      out += by.nulls_first ? kNullFirst : kNullLast;
      continue;
    }
    out += kValue;
    const size_t begin = out.size();
    append_key_value(column, row, out);
    for (size_t i = begin; by.descending && i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
  }
}

}  // namespace pactolus
