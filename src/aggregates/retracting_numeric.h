#pragma once

#include "aggregates/fixed_aggregate.h"
#include "aggregates/scale_parts.h"

namespace pactolus {

/// An aggregate over numeric whose rows can be taken back. Logic has
///   using Part            SumPart or MomentsPart
///   static Outcome result(uint64_t count, const PartsTotal&, Decimal&)
/// which gets at least one value. State: ScaleParts.
template <class Logic>
class RetractingNumeric final : public Aggregate {
  using State = ScaleParts<typename Logic::Part>;

 public:
  Type result_type() const override { return kNumericType; }
  size_t state_size() const override { return sizeof(State); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(State, others)}; }
  size_t blob_bytes_max() const override { return State::kBytesMax; }
  bool retracts() const override { return true; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    change<&State::add>(*arguments[0], rows, states, heap);
  }
  void retract(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
               std::span<std::byte* const> states, BlobHeap& heap) const override {
    change<&State::retract>(*arguments[0], rows, states, heap);
  }
  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    reinterpret_cast<State*>(into)->merge(*reinterpret_cast<const State*>(from), heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    auto* values = out.values_of<TypeKind::kNumeric>();
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const State*>(states[i]);
      const uint64_t count = state.count();
      const Outcome outcome = count == 0         ? outcomes::kNull
                              : state.beyond > 0 ? outcomes::kNumericRange
                                                 : Logic::result(count, total_of(state.all()), values[i]);
      store_outcome(outcome, i, out, errors);
    }
  }

 private:
  template <auto kChange>
  static void change(const Column& column, std::span<const uint32_t> rows, std::span<std::byte* const> states,
                     BlobHeap& heap) {
    const auto* values = column.values_of<TypeKind::kNumeric>();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!column.is_null(rows[i])) (reinterpret_cast<State*>(states[i])->*kChange)(values[rows[i]], heap);
    }
  }
};

/// For AggregateSpec::bind_retracting: over numeric alone.
template <class Logic>
std::unique_ptr<const Aggregate> bind_retracting_numeric(std::span<const Type> arguments) {
  if (arguments.size() != 1 || arguments[0].kind != TypeKind::kNumeric) return nullptr;
  return std::make_unique<RetractingNumeric<Logic>>();
}

}  // namespace pactolus
