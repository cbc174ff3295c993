#pragma once

#include "aggregates/fixed_aggregate.h"
#include "aggregates/rank_cursor.h"

namespace pactolus {

/// The part of percentile_disc and percentile_cont that follows a rank. Logic has
///   static uint64_t rank(double fraction, bool descending, uint64_t rows)
///       the lesser of the ranks, ascending and from 0, that the result needs
///   static Outcome result(double fraction, bool descending, const RankCursor<T, …>&, T&)
/// State: a RankCursor. A fraction that is NULL makes the result NULL.
template <class T, class Logic, bool kByLook>
class Percentile final : public OrderedSetAggregate {
  using State = RankCursor<T, kByLook>;

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
    follow_rank(state, others, heap);
  }

  bool retracts() const override { return kByLook || !Look<T>::kMany; }
  void append_key(const Column& values, uint32_t row, std::string& key) const override {
    append_key_value(values, row, key);
    State::Identity::append_look(values.values<T>()[row], key);
  }
  void retract(const Column& values, uint32_t row, uint64_t left, TakenValues& others, std::byte* state_bytes,
               BlobHeap& heap) const override {
    if (!call_.fraction) return;
    auto& state = *reinterpret_cast<State*>(state_bytes);
    state.discount(values.values<T>()[row], left, result_type(), others, heap);
    if (state.rows > 0) follow_rank(state, others, heap);
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
  void follow_rank(State& state, TakenValues& others, BlobHeap& heap) const {
    state.move_to(Logic::rank(*call_.fraction, call_.descending, state.rows), result_type(), others, heap);
  }

  OrderedSetCall call_;
};

template <class T, class Logic>
std::unique_ptr<const OrderedSetAggregate> make_percentile(const OrderedSetCall& call) {
  if constexpr (Look<T>::kMany) {
    if (call.retracting) return std::make_unique<Percentile<T, Logic, true>>(call);
  }
  return std::make_unique<Percentile<T, Logic, false>>(call);
}

}  // namespace pactolus
