#include "operators/aggregation/aggregate_program.h"

namespace pactolus {

EventTime AggregateProgram::window_end(EventTime time) const {
  if (!window) return EventTime::max();
  int64_t size = window->count();
  int64_t into = time.micros() % size;
  if (into < 0) into += size;
  return time + Duration{size - into};
}

}  // namespace pactolus
