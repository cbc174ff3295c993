#include "expr/nodes/arithmetic.h"

#include <cmath>
#include <limits>
#include <optional>

#include "expr/nodes/column_reference.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"

namespace pactolus {
namespace {

template <class T>
Failure add(T& out, T a, T b) {
  return __builtin_add_overflow(a, b, &out) ? kOutOfRange<T> : kNoFailure;
}

template <class T>
Failure subtract(T& out, T a, T b) {
  return __builtin_sub_overflow(a, b, &out) ? kOutOfRange<T> : kNoFailure;
}

template <class T>
Failure multiply(T& out, T a, T b) {
  return __builtin_mul_overflow(a, b, &out) ? kOutOfRange<T> : kNoFailure;
}

template <class T>
Failure divide(T& out, T a, T b) {
  if (b == 0) return &failures::kDivisionByZero;
  if (a == std::numeric_limits<T>::min() && b == -1) return kOutOfRange<T>;
  out = static_cast<T>(a / b);  // int16_t becomes an int on the way
  return kNoFailure;
}

template <class T>
Failure modulo(T& out, T a, T b) {
  if (b == 0) return &failures::kDivisionByZero;
  out = static_cast<T>(b == -1 ? 0 : a % b);  // min % -1 is 0, and undefined in C++
  return kNoFailure;
}

template <class T>
Failure negate(T& out, T a) {
  return __builtin_sub_overflow(T{0}, a, &out) ? kOutOfRange<T> : kNoFailure;
}

/// F of two smallints, which lie in an integer's slots.
template <auto F>
Failure of_smallints(int32_t& out, int32_t a, int32_t b) {
  int16_t result = 0;
  Failure failure = F(result, static_cast<int16_t>(a), static_cast<int16_t>(b));
  out = result;
  return failure;
}

Failure negate_smallint(int32_t& out, int32_t a) {
  int16_t result = 0;
  Failure failure = negate<int16_t>(result, static_cast<int16_t>(a));
  out = result;
  return failure;
}

// PostgreSQL: a result is an overflow if it is infinite and no argument was, an underflow if it is zero by
// rounding.

Failure check_double(double result, bool infinite_argument, bool may_be_zero) {
  if (std::isinf(result) && !infinite_argument) return &failures::kDoubleOverflow;
  if (result == 0 && !may_be_zero) return &failures::kDoubleUnderflow;
  return kNoFailure;
}

// T is float for two reals, whose result is a real.

template <class T>
Failure add_floats(double& out, double a, double b) {
  out = static_cast<T>(a) + static_cast<T>(b);
  return check_double(out, std::isinf(a) || std::isinf(b), true);
}

template <class T>
Failure subtract_floats(double& out, double a, double b) {
  out = static_cast<T>(a) - static_cast<T>(b);
  return check_double(out, std::isinf(a) || std::isinf(b), true);
}

template <class T>
Failure multiply_floats(double& out, double a, double b) {
  out = static_cast<T>(a) * static_cast<T>(b);
  return check_double(out, std::isinf(a) || std::isinf(b), a == 0 || b == 0);
}

template <class T>
Failure divide_floats(double& out, double a, double b) {
  if (b == 0 && !std::isnan(a)) return &failures::kDivisionByZero;
  out = static_cast<T>(a) / static_cast<T>(b);
  return check_double(out, std::isinf(a), a == 0 || std::isinf(b));
}

Failure negate_double(double& out, double a) {
  out = -a;
  return kNoFailure;
}

Failure store(Decimal& out, const std::optional<Decimal>& result) {
  if (!result) return &failures::kNumericRange;
  out = *result;
  return kNoFailure;
}

[[gnu::always_inline]] inline Failure add_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return Decimal::add(a, b, out) ? kNoFailure : &failures::kNumericRange;
}

[[gnu::always_inline]] inline Failure subtract_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return Decimal::subtract(a, b, out) ? kNoFailure : &failures::kNumericRange;
}

[[gnu::always_inline]] inline Failure multiply_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return Decimal::multiply(a, b, out) ? kNoFailure : &failures::kNumericRange;
}

/// F, add or subtract, of the product of the first two and the third.
template <auto F>
Failure product_first(Decimal& out, const Decimal& a, const Decimal& b, const Decimal& c) {
  Decimal product;
  if (Failure failure = multiply_numerics(product, a, b)) return failure;
  return F(out, product, c);
}

/// The same of the first and the product of the others.
template <auto F>
Failure product_last(Decimal& out, const Decimal& a, const Decimal& b, const Decimal& c) {
  Decimal product;
  if (Failure failure = multiply_numerics(product, b, c)) return failure;
  return F(out, a, product);
}

Failure divide_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return &failures::kDivisionByZero;
  return store(out, Decimal::divide(a, b));
}

Failure modulo_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  if (b.is_zero()) return &failures::kDivisionByZero;
  return store(out, Decimal::modulo(a, b));
}

Failure negate_numeric(Decimal& out, const Decimal& a) { return store(out, a.negate()); }

template <class T>
Failure same(T& out, const T& a) {
  out = a;
  return kNoFailure;
}

template <auto F>
constexpr Overload binary(TypeKind kind) {
  return {{kind, kind}, kind, &make_kernel<F>};
}

using Product = StrictKernel<&multiply_numerics>;

bool is_product(const Expression& expression) { return dynamic_cast<const Product*>(&expression) != nullptr; }

bool never_fails(const Expression& expression) {
  return as_literal(expression) != nullptr || is_column_reference(expression);
}

/// F, add or subtract, of two numerics. A product that is one of them needs no column of its own, if a row
/// fails as before: for the product where that is too large, even if the other is null, and for what stands
/// first.
template <auto F>
ExpressionPtr make_sum(Type result, std::vector<ExpressionPtr> arguments) {
  if (is_product(*arguments[0]) && !arguments[1]->nullable() && never_fails(*arguments[1])) {
    std::vector<ExpressionPtr> operands = Product::take_arguments(std::move(arguments[0]));
    operands.push_back(std::move(arguments[1]));
    return make_kernel<&product_first<F>>(result, std::move(operands));
  }
  if (is_product(*arguments[1]) && !arguments[0]->nullable()) {
    std::vector<ExpressionPtr> operands = Product::take_arguments(std::move(arguments[1]));
    operands.insert(operands.begin(), std::move(arguments[0]));
    return make_kernel<&product_last<F>>(result, std::move(operands));
  }
  return make_kernel<F>(result, std::move(arguments));
}

template <auto F>
constexpr Overload numeric_sum() {
  return {{TypeKind::kNumeric, TypeKind::kNumeric}, TypeKind::kNumeric, &make_sum<F>};
}

template <auto F>
constexpr Overload sign(TypeKind kind) {
  return {{kind}, kind, &make_kernel<F>};
}

/// A result that is wider than one operand.
template <auto F>
constexpr Overload mixed(TypeKind left, TypeKind right, TypeKind result) {
  return {{left, right}, result, &make_kernel<F>};
}

constexpr TypeKind kSml = TypeKind::kSmallint;
constexpr TypeKind kInt = TypeKind::kInteger;
constexpr TypeKind kBig = TypeKind::kBigint;
constexpr TypeKind kRel = TypeKind::kReal;
constexpr TypeKind kDbl = TypeKind::kDouble;
constexpr TypeKind kNum = TypeKind::kNumeric;

// PostgreSQL has operators of whole numbers of two widths, too; widening the narrower one gives the same. Not
// so for real and double precision: with an integer beside a real they are what is chosen.
constexpr OperatorOverload kOperators[] = {
    {"+", binary<&of_smallints<&add<int16_t>>>(kSml)},
    {"+", binary<&add<int32_t>>(kInt)},
    {"+", binary<&add<int64_t>>(kBig)},
    {"+", binary<&add_floats<float>>(kRel)},
    {"+", binary<&add_floats<double>>(kDbl)},
    {"+", mixed<&add_floats<double>>(kRel, kDbl, kDbl)},
    {"+", mixed<&add_floats<double>>(kDbl, kRel, kDbl)},
    {"+", numeric_sum<&add_numerics>()},
    {"-", binary<&of_smallints<&subtract<int16_t>>>(kSml)},
    {"-", binary<&subtract<int32_t>>(kInt)},
    {"-", binary<&subtract<int64_t>>(kBig)},
    {"-", binary<&subtract_floats<float>>(kRel)},
    {"-", binary<&subtract_floats<double>>(kDbl)},
    {"-", mixed<&subtract_floats<double>>(kRel, kDbl, kDbl)},
    {"-", mixed<&subtract_floats<double>>(kDbl, kRel, kDbl)},
    {"-", numeric_sum<&subtract_numerics>()},
    {"*", binary<&of_smallints<&multiply<int16_t>>>(kSml)},
    {"*", binary<&multiply<int32_t>>(kInt)},
    {"*", binary<&multiply<int64_t>>(kBig)},
    {"*", binary<&multiply_floats<float>>(kRel)},
    {"*", binary<&multiply_floats<double>>(kDbl)},
    {"*", mixed<&multiply_floats<double>>(kRel, kDbl, kDbl)},
    {"*", mixed<&multiply_floats<double>>(kDbl, kRel, kDbl)},
    {"*", binary<&multiply_numerics>(kNum)},
    {"/", binary<&of_smallints<&divide<int16_t>>>(kSml)},
    {"/", binary<&divide<int32_t>>(kInt)},
    {"/", binary<&divide<int64_t>>(kBig)},
    {"/", binary<&divide_floats<float>>(kRel)},
    {"/", binary<&divide_floats<double>>(kDbl)},
    {"/", mixed<&divide_floats<double>>(kRel, kDbl, kDbl)},
    {"/", mixed<&divide_floats<double>>(kDbl, kRel, kDbl)},
    {"/", binary<&divide_numerics>(kNum)},
    {"%", binary<&of_smallints<&modulo<int16_t>>>(kSml)},
    {"%", binary<&modulo<int32_t>>(kInt)},
    {"%", binary<&modulo<int64_t>>(kBig)},
    {"%", binary<&modulo_numerics>(kNum)},
    {"-", sign<&negate_smallint>(kSml)},
    {"-", sign<&negate<int32_t>>(kInt)},
    {"-", sign<&negate<int64_t>>(kBig)},
    {"-", sign<&negate_double>(kRel)},
    {"-", sign<&negate_double>(kDbl)},
    {"-", sign<&negate_numeric>(kNum)},
    {"+", sign<&same<int32_t>>(kSml)},
    {"+", sign<&same<int32_t>>(kInt)},
    {"+", sign<&same<int64_t>>(kBig)},
    {"+", sign<&same<double>>(kRel)},
    {"+", sign<&same<double>>(kDbl)},
    {"+", sign<&same<Decimal>>(kNum)},
};

}  // namespace

std::span<const OperatorOverload> arithmetic_operators() { return kOperators; }

}  // namespace pactolus
