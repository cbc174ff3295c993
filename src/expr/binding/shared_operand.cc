#include "expr/binding/shared_operand.h"

#include "base/check.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/shared_value.h"

namespace pactolus {

SharedOperand::SharedOperand(Binding& binding, Bound value)
    : binding_(binding), value_(std::move(value)), kind_(value_.kind()), span_(value_.span) {
  if (value_.unknown) return;
  type_ = value_.expression->type();
  nullable_ = value_.expression->nullable();
  if (const Literal* literal = as_literal(*value_.expression)) {
    literal_ = literal->value();
  } else {
    depth_ = binding_.enter_shared();
  }
}

SharedOperand::~SharedOperand() { leave(); }

void SharedOperand::leave() {
  if (depth_ > 0) binding_.leave_shared(depth_);
  depth_ = 0;
}

Bound SharedOperand::use() const {
  Bound used;
  used.span = span_;
  used.unknown = value_.unknown;
  used.unknown_text = value_.unknown_text;
  if (literal_) {
    used.expression = std::make_unique<Literal>(literal_);
    used.constant = true;
  } else if (!used.unknown) {
    size_t distance = binding_.shared_depth() - depth_ + 1;
    used.expression = make_shared_reference(distance, type_, nullable_);
  }
  return used;
}

Bound SharedOperand::close(Bound body) {
  leave();
  if (is_copied() || as_literal(*body.expression)) return body;
  Span span = cover(span_, body.span);
  Parts parts;
  ExpressionPtr value = parts.take(std::move(value_));
  ExpressionPtr whole = make_shared_value(std::move(value), parts.take(std::move(body)));
  return binding_.finish(std::move(whole), std::move(parts), span, span);
}

}  // namespace pactolus
