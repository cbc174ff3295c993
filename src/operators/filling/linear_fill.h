#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/codecs/row_codec.h"
#include "expr/expression.h"
#include "operators/looking_back/event_history.h"
#include "operators/operator.h"
#include "operators/time_order/time_ordered_rows.h"

namespace pactolus {

/// How one column is filled from its neighbours in time, or else.
struct LinearFilling {
  size_t column;
  Duration longest{0};                    // from one neighbour to the other; 0: by a constant alone
  std::optional<HistoryProgram> history;  // of the values
  ExpressionPtr constant;                 // where there are no such neighbours; none: NULL stays
};

/// A step that puts what lies on the line between their neighbours in the place of NULLs. Rows wait until the
/// neighbour behind them must have come, and go out in the order of their times. Immutable, shared by all
/// tasks.
struct LinearFillProgram {
  std::string step;
  std::vector<size_t> by;
  Duration grace{0};
  TimeOrder order;  // its grace: the step's and the longest line
  std::vector<LinearFilling> fillings;
  Schema output;

  /// The watermark from which on rows of a slice are late: rows that wait may have gone on without them.
  EventTime closes(EventTime slice_end) const { return slice_end + grace; }
  /// The watermark at which no row looks for neighbours in a segment of the filling's history any more.
  EventTime due(const LinearFilling& filling, EventTime segment_end) const {
    return segment_end + filling.longest + order.delay();
  }
};

/// Whether values of the type have others between them.
constexpr bool has_line(const Type& type) {
  return type.kind == TypeKind::kNumeric || type.kind == TypeKind::kDouble;
}
/// The history of a column's values.
HistoryProgram value_history(const std::string& step, const Schema& key, const Field& value,
                             Duration longest);

std::unique_ptr<const OperatorNode> make_linear_fill(
    LinearFillProgram program, std::optional<int32_t> partitions,
    std::vector<std::pair<std::string, std::string>> description);

}  // namespace pactolus
