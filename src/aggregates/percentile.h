#pragma once

#include "aggregates/fixed_aggregate.h"
#include "aggregates/rank_cursor.h"

namespace pactolus {

/// The part of percentile_disc and percentile_cont that follows a rank. Logic has
///   static uint64_t rank(double fraction, bool descending, uint64_t rows)
///       the lesser of the ranks, ascending and from 0, that the result needs
///   static Outcome result(double fraction, bool descending, const RankCursor<T>&, T&)
/// State: a RankCursor. A fraction that is NULL makes the result NULL.
template <class T, class Logic>
class Percentile final : public OrderedSetAggregate {
  using State = RankCursor<T>;

 public:
  explicit Percentile(const OrderedSetCall& call) : call_(call) {}

  Type result_type() const override { return Type{call_.value.kind}; }
  size_t state_size() const override { return sizeof(State); }
  std::vector<size_t> blob_offsets() const override { return State::blob_offsets(); }
  size_t entry_size() const override { return sizeof(ValueEntry<T>); }

  void add(const Column& values, uint32_t row, std::byte* bytes, TakenValues& others, std::byte* state_bytes,
           BlobHeap& heap) const override {
    const T& value = values.values<T>()[row];
    auto& entry = *reinterpret_cast<ValueEntry<T>*>(bytes);
    auto& state = *reinterpret_cast<State*>(state_bytes);
    entry.add(value);
    if (!call_.fraction) return;
    state.count(value, heap);
    state.move_to(Logic::rank(*call_.fraction, call_.descending, state.rows), result_type(), others, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const State*>(states[i]);
      const Outcome outcome =
          state.rows == 0 ? outcomes::kNull
                          : Logic::result(*call_.fraction, call_.descending, state, out.values<T>()[i]);
      store_outcome(outcome, i, out, errors);
    }
  }

 private:
  OrderedSetCall call_;
};

}  // namespace pactolus
