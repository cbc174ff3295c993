#pragma once

#include <array>
#include <tuple>
#include <type_traits>

#include "aggregates/aggregate.h"

namespace pactolus {

/// What the result of one state is: a value, null, or why there is none.
struct Outcome {
  bool null = false;
  const char* sqlstate = nullptr;  // with `message`: the result can't be represented
  const char* message = nullptr;
};

namespace outcomes {
inline constexpr Outcome kValue{};
inline constexpr Outcome kNull{.null = true};
inline constexpr Outcome kBigintRange{true, "22003", "bigint out of range"};
inline constexpr Outcome kNumericRange{true, "22003", "value has more than 38 digits"};
inline constexpr Outcome kDoubleOverflow{true, "22003", "value out of range: overflow"};
inline constexpr Outcome kIntervalRange{true, "22008", "interval out of range"};
}  // namespace outcomes

/// Stores an outcome into row `row` of `out`; the value itself is there already.
inline void store_outcome(const Outcome& outcome, size_t row, Column& out, RowErrors& errors) {
  if (outcome.null) out.set_null(row);
  if (outcome.sqlstate) errors.add(static_cast<uint32_t>(row), outcome.sqlstate, outcome.message);
}

/// An aggregate whose state is the plain struct Logic::State. Logic has
///   using Result              the physical type of the result
///   static void add(State&, value...)    whose parameters are the physical types of the arguments
///   static void merge(State&, const State&)
///   static Outcome result(const State&, Result&)
/// and, if rows can be taken back, the inverse of add(),
///   static void retract(State&, value...)
///   static bool can_spare(const State&, const value&)   Aggregate::can_spare, if there is one argument
/// so that the loop over the rows has no call per row. Rows in which an argument is null are left out.
template <class Logic>
class FixedAggregate final : public Aggregate {
  using State = typename Logic::State;
  using Value = typename Logic::Result;
  static_assert(std::is_trivially_copyable_v<State> && sizeof(State) % 8 == 0 && alignof(State) == 8);

 public:
  explicit FixedAggregate(Type result_type) : result_type_(result_type) {}

  Type result_type() const override { return result_type_; }
  size_t state_size() const override { return sizeof(State); }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap&) const override {
    change<&Logic::add>(&Logic::add, arguments, rows, states);
  }

  bool can_spare([[maybe_unused]] std::span<const ColumnPtr> arguments, [[maybe_unused]] uint32_t row,
                 [[maybe_unused]] const std::byte* state) const override {
    if constexpr (requires(const State& known, const Value& value) { Logic::can_spare(known, value); }) {
      return arguments[0]->is_null(row) || Logic::can_spare(*reinterpret_cast<const State*>(state),
                                                            arguments[0]->template values<Value>()[row]);
    } else {
      return false;
    }
  }

  bool retracts() const override { return kRetracts; }
  void retract(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
               std::span<std::byte* const> states, BlobHeap& heap) const override {
    if constexpr (kRetracts) {
      change<&Logic::retract>(&Logic::retract, arguments, rows, states);
    } else {
      Aggregate::retract(arguments, rows, states, heap);
    }
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap&) const override {
    Logic::merge(*reinterpret_cast<State*>(into), *reinterpret_cast<const State*>(from));
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    auto* values = out.template values<Value>();
    for (size_t i = 0; i < states.size(); ++i) {
      store_outcome(Logic::result(*reinterpret_cast<const State*>(states[i]), values[i]), i, out, errors);
    }
  }

 private:
  static constexpr bool kRetracts = requires { &Logic::retract; };

  template <auto kChange, class... T>
  static void change(void (*)(State&, T...), std::span<const ColumnPtr> arguments,
                     std::span<const uint32_t> rows, std::span<std::byte* const> states) {
    change_rows<kChange, std::remove_cvref_t<T>...>(arguments, rows, states, std::index_sequence_for<T...>());
  }
  template <auto kChange, class... T, size_t... kIndex>
  static void change_rows(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
                          std::span<std::byte* const> states, std::index_sequence<kIndex...>) {
    const std::tuple<const T*...> values{arguments[kIndex]->template values<T>()...};
    const std::array<const uint8_t*, sizeof...(T)> nulls{arguments[kIndex]->nulls()...};
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t row = rows[i];
      if ((nulls[kIndex][row] | ...)) continue;
      kChange(*reinterpret_cast<State*>(states[i]), std::get<kIndex>(values)[row]...);
    }
  }

  Type result_type_;
};

template <class Logic>
std::unique_ptr<const Aggregate> make_fixed(Type result_type) {
  return std::make_unique<FixedAggregate<Logic>>(result_type);
}

}  // namespace pactolus
