#pragma once

#include <cstdint>

#include "data/decimal.h"

namespace pactolus {

/// The state of sum and avg over integer and bigint: 128 bits hold 2^64 of them.
struct WholeSum {
  uint64_t count = 0;
  uint64_t low = 0;
  int64_t high = 0;

  Int128 total() const { return static_cast<Int128>((static_cast<Uint128>(high) << 64) | low); }
  void add(Int128 value) {
    Uint128 sum = static_cast<Uint128>(total()) + static_cast<Uint128>(value);
    low = static_cast<uint64_t>(sum);
    high = static_cast<int64_t>(sum >> 64);
  }
};
static_assert(sizeof(WholeSum) == 24);

/// The part of sum and avg over T that only gathers (fixed_aggregate.h).
template <class T>
struct WholeSumLogic {
  using State = WholeSum;

  static void add(State& state, T value) {
    ++state.count;
    state.add(value);
  }
  static void retract(State& state, T value) {
    --state.count;
    state.add(-Int128{value});
  }
  static void merge(State& into, const State& from) {
    into.count += from.count;
    into.add(from.total());
  }
};

}  // namespace pactolus
