#pragma once

#include "expr/binding/binding.h"

namespace pactolus {

/// An operand that several parts of an expression use (BETWEEN, IN, CASE value WHEN …), each perhaps as
/// another type. It is bound and computed once: binding it anew for each would double the work at each level
/// of nesting. Operands that live at the same time are closed in the reverse order of their making.
class SharedOperand {
 public:
  SharedOperand(Binding& binding, Bound value);
  SharedOperand(const SharedOperand&) = delete;
  SharedOperand& operator=(const SharedOperand&) = delete;
  ~SharedOperand();

  MaybeKind kind() const { return kind_; }
  Span span() const { return span_; }
  /// The operand, for one use. A literal is copied.
  Bound use() const;
  /// The whole expression that was made of its uses.
  Bound close(Bound body);

 private:
  bool is_copied() const { return value_.unknown || literal_; }
  void leave();

  Binding& binding_;
  Bound value_;
  MaybeKind kind_;
  Span span_;
  ColumnPtr literal_;  // the value, if it is a literal
  Type type_;
  bool nullable_ = true;
  size_t depth_ = 0;  // enclosing shared operands, itself included; 0: not one of them (any more)
};

}  // namespace pactolus
