#include "operators/aggregation/aggregate_program.h"

#include <algorithm>
#include <cmath>

#include "data/calendar.h"

namespace pactolus {

EventTime SessionProgram::look_at(EventTime end, EventTime now) const {
  const Duration slice = time_order_slice(order.grace);
  // As many rough times are ahead as there are exact ones within each of them.
  const auto slices = static_cast<int64_t>(std::sqrt(static_cast<double>(sessions.gap / slice)));
  const Duration rough = slice * std::max<int64_t>(slices, 1);
  const EventTime before{floor_divide(end.micros(), rough.count()) * rough.count()};
  if (before > now) return before;
  return EventTime{-floor_divide(-end.micros(), slice.count()) * slice.count()};
}

std::vector<size_t> AggregateProgram::columns_used() const {
  std::vector<size_t> columns = by;
  for (const BoundCall& call : calls) {
    for (const ExpressionPtr& argument : call.arguments) argument->collect_columns(columns);
    if (call.filter) call.filter->collect_columns(columns);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

}  // namespace pactolus
