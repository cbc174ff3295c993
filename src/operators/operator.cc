#include "operators/operator.h"

#include "base/check.h"

namespace pactolus {

void OperatorOutput::emit_to(size_t, ColumnBatch) {
  PACTOLUS_CHECK(false, "a step without named outputs gave rows to one");
}

bool Operator::fire(EventTime, size_t, OperatorOutput&) {
  PACTOLUS_CHECK(false, "an operator without timers was fired");
}

void Operator::resume(const CloseCursor&) { PACTOLUS_CHECK(false, "an operator without timers was resumed"); }

std::optional<std::vector<size_t>> OperatorNode::co_located_by(size_t) const { return std::nullopt; }

EventTime OperatorNode::next_boundary(EventTime) const { return EventTime::max(); }

std::optional<std::vector<size_t>> OperatorNode::columns_used(size_t) const { return std::nullopt; }

}  // namespace pactolus
