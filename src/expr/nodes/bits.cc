#include "expr/nodes/bits.h"

#include <functional>

#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

template <class T, class Combine>
Failure combine(T& out, T a, T b) {
  out = Combine{}(a, b);
  return kNoFailure;
}

template <class T>
Failure complement(T& out, T a) {
  out = ~a;
  return kNoFailure;
}

template <class T>
constexpr int32_t kShiftMask = sizeof(T) * 8 - 1;

template <class T>
Failure shift_left(T& out, T a, int32_t count) {
  out = static_cast<T>(a << (count & kShiftMask<T>));
  return kNoFailure;
}

template <class T>
Failure shift_right(T& out, T a, int32_t count) {
  out = a >> (count & kShiftMask<T>);
  return kNoFailure;
}

/// Of a smallint, which lies in an integer's slot.
Failure shift_smallint_left(int32_t& out, int32_t a, int32_t count) {
  out = static_cast<int16_t>(a << (count & kShiftMask<int32_t>));
  return kNoFailure;
}

using enum TypeKind;

template <TypeKind Kind, class Combine>
constexpr Overload combining() {
  return {{Kind, Kind}, Kind, &make_kernel<&combine<typename PhysicalOf<Kind>::type, Combine>>};
}

constexpr OperatorOverload kOperators[] = {
    {"&", combining<kSmallint, std::bit_and<>>()},
    {"&", combining<kInteger, std::bit_and<>>()},
    {"&", combining<kBigint, std::bit_and<>>()},
    {"|", combining<kSmallint, std::bit_or<>>()},
    {"|", combining<kInteger, std::bit_or<>>()},
    {"|", combining<kBigint, std::bit_or<>>()},
    {"#", combining<kSmallint, std::bit_xor<>>()},
    {"#", combining<kInteger, std::bit_xor<>>()},
    {"#", combining<kBigint, std::bit_xor<>>()},
    {"~", {{kSmallint}, kSmallint, &make_kernel<&complement<int32_t>>}},
    {"~", {{kInteger}, kInteger, &make_kernel<&complement<int32_t>>}},
    {"~", {{kBigint}, kBigint, &make_kernel<&complement<int64_t>>}},
    {"<<", {{kSmallint, kInteger}, kSmallint, &make_kernel<&shift_smallint_left>}},
    {"<<", {{kInteger, kInteger}, kInteger, &make_kernel<&shift_left<int32_t>>}},
    {"<<", {{kBigint, kInteger}, kBigint, &make_kernel<&shift_left<int64_t>>}},
    {">>", {{kSmallint, kInteger}, kSmallint, &make_kernel<&shift_right<int32_t>>}},
    {">>", {{kInteger, kInteger}, kInteger, &make_kernel<&shift_right<int32_t>>}},
    {">>", {{kBigint, kInteger}, kBigint, &make_kernel<&shift_right<int64_t>>}},
};

}  // namespace

std::span<const OperatorOverload> bit_operators() { return kOperators; }

}  // namespace pactolus
