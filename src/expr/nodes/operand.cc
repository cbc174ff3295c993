#include "expr/nodes/operand.h"

#include "expr/nodes/literal.h"

namespace pactolus {

OperandColumn read_operand(const Expression& expression, const ColumnBatch& batch,
                           std::span<const uint32_t> rows, RowErrors& errors) {
  if (const Literal* literal = as_literal(expression)) return {.column = literal->value(), .mask = 0};
  return {.column = expression.evaluate(batch, rows, errors)};
}

}  // namespace pactolus
