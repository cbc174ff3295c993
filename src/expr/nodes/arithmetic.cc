#include "expr/nodes/arithmetic.h"

#include <cmath>
#include <limits>
#include <optional>

#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

template <class T>
constexpr Failure kOutOfRange = sizeof(T) == 4 ? &failures::kIntegerRange : &failures::kBigintRange;

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
  out = a / b;
  return kNoFailure;
}

template <class T>
Failure modulo(T& out, T a, T b) {
  if (b == 0) return &failures::kDivisionByZero;
  out = b == -1 ? 0 : a % b;  // min % -1 is 0, and undefined in C++
  return kNoFailure;
}

template <class T>
Failure negate(T& out, T a) {
  return __builtin_sub_overflow(T{0}, a, &out) ? kOutOfRange<T> : kNoFailure;
}

// PostgreSQL: a result is an overflow if it is infinite and no argument was, an underflow if it is zero by
// rounding.

Failure check_double(double result, bool infinite_argument, bool may_be_zero) {
  if (std::isinf(result) && !infinite_argument) return &failures::kDoubleOverflow;
  if (result == 0 && !may_be_zero) return &failures::kDoubleUnderflow;
  return kNoFailure;
}

Failure add_doubles(double& out, double a, double b) {
  out = a + b;
  return check_double(out, std::isinf(a) || std::isinf(b), true);
}

Failure subtract_doubles(double& out, double a, double b) {
  out = a - b;
  return check_double(out, std::isinf(a) || std::isinf(b), true);
}

Failure multiply_doubles(double& out, double a, double b) {
  out = a * b;
  return check_double(out, std::isinf(a) || std::isinf(b), a == 0 || b == 0);
}

Failure divide_doubles(double& out, double a, double b) {
  if (b == 0 && !std::isnan(a)) return &failures::kDivisionByZero;
  out = a / b;
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

Failure add_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return store(out, Decimal::add(a, b));
}

Failure subtract_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return store(out, Decimal::subtract(a, b));
}

Failure multiply_numerics(Decimal& out, const Decimal& a, const Decimal& b) {
  return store(out, Decimal::multiply(a, b));
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

template <auto F>
constexpr Overload sign(TypeKind kind) {
  return {{kind}, kind, &make_kernel<F>};
}

constexpr TypeKind kInt = TypeKind::kInteger;
constexpr TypeKind kBig = TypeKind::kBigint;
constexpr TypeKind kDbl = TypeKind::kDouble;
constexpr TypeKind kNum = TypeKind::kNumeric;

constexpr OperatorOverload kOperators[] = {
    {"+", binary<&add<int32_t>>(kInt)},      {"+", binary<&add<int64_t>>(kBig)},
    {"+", binary<&add_doubles>(kDbl)},       {"+", binary<&add_numerics>(kNum)},
    {"-", binary<&subtract<int32_t>>(kInt)}, {"-", binary<&subtract<int64_t>>(kBig)},
    {"-", binary<&subtract_doubles>(kDbl)},  {"-", binary<&subtract_numerics>(kNum)},
    {"*", binary<&multiply<int32_t>>(kInt)}, {"*", binary<&multiply<int64_t>>(kBig)},
    {"*", binary<&multiply_doubles>(kDbl)},  {"*", binary<&multiply_numerics>(kNum)},
    {"/", binary<&divide<int32_t>>(kInt)},   {"/", binary<&divide<int64_t>>(kBig)},
    {"/", binary<&divide_doubles>(kDbl)},    {"/", binary<&divide_numerics>(kNum)},
    {"%", binary<&modulo<int32_t>>(kInt)},   {"%", binary<&modulo<int64_t>>(kBig)},
    {"%", binary<&modulo_numerics>(kNum)},   {"-", sign<&negate<int32_t>>(kInt)},
    {"-", sign<&negate<int64_t>>(kBig)},     {"-", sign<&negate_double>(kDbl)},
    {"-", sign<&negate_numeric>(kNum)},      {"+", sign<&same<int32_t>>(kInt)},
    {"+", sign<&same<int64_t>>(kBig)},       {"+", sign<&same<double>>(kDbl)},
    {"+", sign<&same<Decimal>>(kNum)},
};

}  // namespace

std::span<const OperatorOverload> arithmetic_operators() { return kOperators; }

}  // namespace pactolus
