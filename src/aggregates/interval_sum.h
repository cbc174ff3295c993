#pragma once

#include "aggregates/whole_sum.h"
#include "data/type.h"

namespace pactolus {

/// The state of sum and avg over intervals: number of values and sum of the microseconds; months; days. Each
/// is wide enough never to overflow.
struct IntervalSum {
  WholeSum micros;
  int64_t months;
  int64_t days;

  /// False: out of an interval's range.
  bool total(Interval& out) const {
    const Int128 all_micros = micros.total();
    out = {static_cast<int32_t>(months), static_cast<int32_t>(days), static_cast<int64_t>(all_micros)};
    return out.months == months && out.days == days && out.micros == all_micros;
  }
};

/// The part of sum and avg over intervals that only gathers (fixed_aggregate.h).
struct IntervalSumLogic {
  using State = IntervalSum;

  static void add(State& state, const Interval& value) {
    ++state.micros.count;
    state.months += value.months;
    state.days += value.days;
    state.micros.add(value.micros);
  }
  static void retract(State& state, const Interval& value) {
    --state.micros.count;
    state.months -= value.months;
    state.days -= value.days;
    state.micros.add(-Int128{value.micros});
  }
  static void merge(State& into, const State& from) {
    into.micros.count += from.micros.count;
    into.months += from.months;
    into.days += from.days;
    into.micros.add(from.micros.total());
  }
};

}  // namespace pactolus
