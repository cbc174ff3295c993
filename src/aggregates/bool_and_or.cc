#include "aggregates/fixed_aggregate.h"
#include "aggregates/registry.h"

namespace pactolus {
namespace {

/// bool_and (kDecisive false) and bool_or (kDecisive true): the value that decides alone, if one has come.
/// State: number of values, and 1 if one of them was kDecisive.
template <bool kDecisive>
struct BooleanFold {
  struct State {
    uint64_t count;
    uint64_t decided;
  };
  using Result = uint8_t;

  static void add(State& state, uint8_t value) {
    ++state.count;
    state.decided |= static_cast<uint64_t>((value != 0) == kDecisive);
  }
  static void merge(State& into, const State& from) {
    into.count += from.count;
    into.decided |= from.decided;
  }
  static Outcome result(const State& state, uint8_t& out) {
    if (state.count == 0) return outcomes::kNull;
    out = (state.decided != 0) == kDecisive ? 1 : 0;
    return outcomes::kValue;
  }
};

/// The same with rows that can be taken back: `decided` is how many values were kDecisive.
template <bool kDecisive>
struct BooleanCounts : BooleanFold<kDecisive> {
  using State = typename BooleanFold<kDecisive>::State;

  static void add(State& state, uint8_t value) {
    ++state.count;
    if ((value != 0) == kDecisive) ++state.decided;
  }
  static void retract(State& state, uint8_t value) {
    --state.count;
    if ((value != 0) == kDecisive) --state.decided;
  }
  static void merge(State& into, const State& from) {
    into.count += from.count;
    into.decided += from.decided;
  }
};

constexpr TypeKind kParameters[] = {TypeKind::kBoolean};

template <class Logic>
std::unique_ptr<const Aggregate> bind(std::span<const Type>) {
  return make_fixed<Logic>(kBooleanType);
}

}  // namespace

const AggregateSpec& bool_and_spec() {
  static const AggregateSpec spec{
      .name = "bool_and",
      .signature = "bool_and(boolean) → boolean",
      .summary = "Whether all values that are not null are true; null if there is none.",
      .example = "bool_and(amount > 0)",
      .parameters = kParameters,
      .bind = &bind<BooleanFold<false>>,
      .retraction = Retraction::kAlways,
      .bind_retracting = &bind<BooleanCounts<false>>,
  };
  return spec;
}
PACTOLUS_REGISTER(bool_and);

const AggregateSpec& every_spec() {
  static const AggregateSpec spec{
      .name = "every",
      .signature = "every(boolean) → boolean",
      .summary = "Another name of bool_and.",
      .example = "every(amount > 0)",
      .parameters = kParameters,
      .bind = &bind<BooleanFold<false>>,
      .retraction = Retraction::kAlways,
      .bind_retracting = &bind<BooleanCounts<false>>,
  };
  return spec;
}
PACTOLUS_REGISTER(every);

const AggregateSpec& bool_or_spec() {
  static const AggregateSpec spec{
      .name = "bool_or",
      .signature = "bool_or(boolean) → boolean",
      .summary = "Whether some value is true; null if all are null.",
      .example = "bool_or(amount > 0)",
      .parameters = kParameters,
      .bind = &bind<BooleanFold<true>>,
      .retraction = Retraction::kAlways,
      .bind_retracting = &bind<BooleanCounts<true>>,
  };
  return spec;
}
PACTOLUS_REGISTER(bool_or);

}  // namespace pactolus
