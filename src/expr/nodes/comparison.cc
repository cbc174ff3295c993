#include "expr/nodes/comparison.h"

#include <functional>

#include "data/value_order.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

template <class T, class Order>
Failure compare(uint8_t& out, const T& a, const T& b) {
  if constexpr (std::is_same_v<T, std::string_view> && std::is_same_v<Order, std::equal_to<>>) {
    out = a == b;  // looks at the lengths first
  } else {
    out = Order{}(compare_values(a, b), 0);
  }
  return kNoFailure;
}

/// A constant gets the scale of what it is compared with: numbers of one scale compare as whole numbers.
void align_constant(ExpressionPtr& constant, Type other) {
  const Literal* literal = as_literal(*constant);
  if (literal == nullptr || literal->is_null() || other.precision == 0) return;
  const auto& value = literal->value()->values_of<TypeKind::kNumeric>()[0];
  std::optional<Decimal> aligned;
  if (value.scale() < other.scale) aligned = value.round(other.scale);
  if (aligned) constant = Literal::numeric(*aligned);
}

template <auto F>
ExpressionPtr make_numeric_comparison(Type result, std::vector<ExpressionPtr> arguments) {
  align_constant(arguments[0], arguments[1]->type());
  align_constant(arguments[1], arguments[0]->type());
  return make_kernel<F>(result, std::move(arguments));
}

/// Both types lie in slots of T, or in those that it is made of.
template <class T>
void append_comparisons(TypeKind left, TypeKind right, std::vector<OperatorOverload>& all) {
  const auto append = [&]<class Order>(std::string_view name) {
    Overload::Make make = &make_kernel<&compare<T, Order>>;
    if constexpr (std::is_same_v<T, Decimal>) make = &make_numeric_comparison<&compare<T, Order>>;
    all.push_back({name, {{left, right}, TypeKind::kBoolean, make}});
  };
  append.template operator()<std::equal_to<>>("=");
  append.template operator()<std::not_equal_to<>>("<>");
  append.template operator()<std::less<>>("<");
  append.template operator()<std::less_equal<>>("<=");
  append.template operator()<std::greater<>>(">");
  append.template operator()<std::greater_equal<>>(">=");
}

template <class T>
class Distinct final : public Expression {
 public:
  Distinct(bool negated, ExpressionPtr left, ExpressionPtr right)
      : Expression(kBooleanType, false),
        negated_(negated),
        left_(std::move(left)),
        right_(std::move(right)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<T> left(*left_, batch, rows, errors);
    Operand<T> right(*right_, batch, rows, errors);
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows) {
      bool distinct = left.null(row) != right.null(row) ||
                      (!left.null(row) && compare_values(left[row], right[row]) != 0);
      values[row] = distinct != negated_;
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    left_->collect_columns(columns);
    right_->collect_columns(columns);
  }

 private:
  bool negated_;
  ExpressionPtr left_;
  ExpressionPtr right_;
};

}  // namespace

std::span<const OperatorOverload> comparison_operators() {
  static const std::vector<OperatorOverload> operators = [] {
    using enum TypeKind;
    std::vector<OperatorOverload> all;
    for (TypeKind kind : kTypeKinds)
      visit_ordered(kind, [&]<class T>() { append_comparisons<T>(kind, kind, all); });
    append_comparisons<ArrayImage>(kArray, kArray, all);
    // An integer beside a real is compared as a double precision.
    append_comparisons<double>(kReal, kDouble, all);
    append_comparisons<double>(kDouble, kReal, all);
    return all;
  }();
  return operators;
}

bool lie_alike(TypeKind a, TypeKind b) {
  return visit_ordered(
      a, [&]<class A>() { return visit_ordered(b, []<class B>() { return std::is_same_v<A, B>; }); });
}

ExpressionPtr make_distinct(bool negated, ExpressionPtr left, ExpressionPtr right) {
  PACTOLUS_CHECK(lie_alike(left->type().kind, right->type().kind));
  return visit_ordered(left->type().kind, [&]<class T>() -> ExpressionPtr {
    return std::make_unique<Distinct<T>>(negated, std::move(left), std::move(right));
  });
}

}  // namespace pactolus
