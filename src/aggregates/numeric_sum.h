#pragma once

#include <cstdint>
#include <optional>

#include "data/decimal.h"

namespace pactolus {

/// The state of sum and avg over numeric: the exact sum as a 192-bit two's complement coefficient at the
/// largest scale seen, which is also the scale that PostgreSQL shows. 38 digits leave room for 2^64 values of
/// one scale; values whose scales lie too far apart set `overflowed`, for good.
struct NumericSum {
  uint64_t count = 0;
  uint64_t low = 0;
  uint64_t middle = 0;
  int64_t high = 0;
  uint32_t scale = 0;
  uint32_t overflowed = 0;

  void add(const Decimal& value) {
    ++count;
    Int128 coefficient = value.coefficient();
    if (static_cast<uint32_t>(value.scale()) != scale) [[unlikely]] {
      add_scaled(coefficient, static_cast<uint32_t>(value.scale()));
    } else {
      add_words(static_cast<uint64_t>(coefficient), static_cast<uint64_t>(coefficient >> 64),
                coefficient < 0 ? -1 : 0);
    }
  }
  void merge(const NumericSum& other);
  /// None: overflowed, or beyond 38 digits.
  std::optional<Decimal> total() const;

 private:
  void add_words(uint64_t other_low, uint64_t other_middle, int64_t other_high) {
    const bool low_carry = __builtin_add_overflow(low, other_low, &low);
    bool carry = __builtin_add_overflow(middle, other_middle, &middle);
    carry |= __builtin_add_overflow(middle, uint64_t{low_carry}, &middle);
    // other_high + carry can't overflow alone unless other_high is the greatest, which no sum of ours reaches
    // unflagged.
    if (__builtin_add_overflow(high, other_high + carry, &high)) [[unlikely]]
      overflowed = 1;
  }
  void add_scaled(Int128 coefficient, uint32_t value_scale);
  void raise_scale(uint32_t wanted);
};
static_assert(sizeof(NumericSum) == 40);

/// The part of sum and avg over numeric that only gathers (fixed_aggregate.h).
struct NumericSumLogic {
  using State = NumericSum;

  static void add(State& state, const Decimal& value) { state.add(value); }
  static void merge(State& into, const State& from) { into.merge(from); }
};

}  // namespace pactolus
