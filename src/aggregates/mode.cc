#include "aggregates/fixed_aggregate.h"
#include "aggregates/registry.h"
#include "aggregates/value_look.h"

namespace pactolus {
namespace {

/// State: the value that most rows had, and how many; no row, no value.
template <class T, bool kByLook>
class Mode final : public OrderedSetAggregate {
  struct State {
    uint64_t rows;
    StoredType<T> value;
  };

 public:
  explicit Mode(const OrderedSetCall& call) : type_{call.value.kind}, sign_(call.descending ? -1 : 1) {}

  Type result_type() const override { return type_; }
  size_t state_size() const override { return sizeof(State); }
  std::vector<size_t> blob_offsets() const override {
    return kViewsBytes<T> ? std::vector<size_t>{offsetof(State, value)} : std::vector<size_t>{};
  }
  size_t entry_size() const override { return sizeof(ValueEntry<T>); }

  /// Only the row's own value has become more frequent.
  void add(const Column& values, uint32_t row, std::byte* bytes, TakenValues& others, std::byte* state_bytes,
           BlobHeap& heap) const override {
    const T& value = values.values<T>()[row];
    auto& entry = *reinterpret_cast<ValueEntry<T>*>(bytes);
    auto& state = *reinterpret_cast<State*>(state_bytes);
    entry.add(value);
    const uint64_t rows = kByLook ? equal_values(value, type_, others).rows : entry.rows;
    if (rows < state.rows) return;
    const int order = state.rows == 0 ? -1 : compare_values(value, Stored<T>::unpack(state.value)) * sign_;
    if (rows == state.rows && order > 0) return;
    state.rows = rows;
    if constexpr (kByLook) {
      put(state, equal_values(value, type_, others), heap);
    } else if (order != 0) {
      Arena texts;
      replace<T>(state.value, entry.as_first(value, texts), heap);
    }
  }

  bool retracts() const override { return kByLook || !Look<T>::kMany; }
  void append_key(const Column& values, uint32_t row, std::string& key) const override {
    append_key_value(values, row, key);
    ValueIdentity<T, kByLook>::append_look(values.values<T>()[row], key);
  }
  /// If a row of the most frequent value goes, any other may be the most frequent one now.
  void retract(const Column& values, uint32_t row, uint64_t, TakenValues& others, std::byte* state_bytes,
               BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<State*>(state_bytes);
    if (compare_values(values.values<T>()[row], Stored<T>::unpack(state.value)) == 0)
      put(state, most_frequent(others, state.rows), heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const State*>(states[i]);
      if (state.rows == 0) {
        out.set_null(i);
      } else {
        out.values<T>()[i] = Stored<T>::unpack(state.value);
      }
    }
  }

 private:
  /// `rows_max`: none has more. Looks at all values unless, in ascending order, one has as many.
  EqualValues most_frequent(TakenValues& all, uint64_t rows_max) const {
    EqualValues best;
    EqualValues equal;
    auto judge = [&] {
      if (equal.rows > best.rows || (sign_ < 0 && equal.rows == best.rows)) best = equal;
      equal = {};
    };
    Arena texts;
    for (auto taken = all.after({}); taken; taken = all.after(taken->key)) {
      if (equal.rows > 0 && !(kByLook && same(*taken, equal.first, texts))) judge();
      if (sign_ > 0 && best.rows == rows_max) return best;
      if (equal.rows == 0) equal.first = *taken;
      equal.rows += rows_of<T>(*taken);
    }
    judge();
    return best;
  }

  bool same(const TakenValue& a, const TakenValue& b, Arena& texts) const {
    return compare_values(value_of<T>(a, type_, texts), value_of<T>(b, type_, texts)) == 0;
  }

  void put(State& state, const EqualValues& values, BlobHeap& heap) const {
    state.rows = values.rows;
    Arena texts;
    if (values.rows > 0) {
      replace<T>(state.value, value_of<T>(values.first, type_, texts), heap);
    } else {
      if constexpr (kViewsBytes<T>) heap.release(state.value);
      state.value = {};
    }
  }

  Type type_;
  int sign_;
};

}  // namespace

const AggregateSpec& mode_spec() {
  static const AggregateSpec spec{
      .name = "mode",
      .signature = "mode() WITHIN GROUP (ORDER BY any type) → the same",
      .summary =
          "The most frequent value that is not null; of several that are equally frequent the first in the "
          "order, which may be DESC; null if there is none. Of equal values (1.0 and 1.00) the one that came "
          "first is shown. Each value is an entry of the state.",
      .example = "mode() WITHIN GROUP (ORDER BY merchant)",
      .bind_ordered_set = [](const OrderedSetCall& call) -> std::unique_ptr<const OrderedSetAggregate> {
        return visit_ordered(call.value.kind, [&]<class T>() -> std::unique_ptr<const OrderedSetAggregate> {
          if constexpr (Look<T>::kMany) {
            if (call.retracting) return std::make_unique<Mode<T, true>>(call);
          }
          return std::make_unique<Mode<T, false>>(call);
        });
      },
  };
  return spec;
}
PACTOLUS_REGISTER(mode);

}  // namespace pactolus
