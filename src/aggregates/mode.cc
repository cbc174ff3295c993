#include "aggregates/fixed_aggregate.h"
#include "aggregates/registry.h"
#include "aggregates/value_entry.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

/// State: the value that most rows had, and how many; no row, no value.
template <class T>
class Mode final : public OrderedSetAggregate {
  struct State {
    uint64_t rows;
    StoredType<T> value;
  };
  static constexpr bool kText = std::is_same_v<T, std::string_view>;

 public:
  explicit Mode(const OrderedSetCall& call) : type_{call.value.kind}, sign_(call.descending ? -1 : 1) {}

  Type result_type() const override { return type_; }
  size_t state_size() const override { return sizeof(State); }
  std::vector<size_t> blob_offsets() const override {
    return kText ? std::vector<size_t>{offsetof(State, value)} : std::vector<size_t>{};
  }
  size_t entry_size() const override { return sizeof(ValueEntry<T>); }

  /// Only the row's own value has become more frequent.
  void add(const Column& values, uint32_t row, std::byte* bytes, TakenValues&, std::byte* state_bytes,
           BlobHeap& heap) const override {
    const T& value = values.values<T>()[row];
    auto& entry = *reinterpret_cast<ValueEntry<T>*>(bytes);
    auto& state = *reinterpret_cast<State*>(state_bytes);
    entry.add(value);
    if (entry.rows < state.rows) return;
    const int order = state.rows == 0 ? -1 : compare_values(value, Stored<T>::unpack(state.value)) * sign_;
    if (entry.rows == state.rows && order > 0) return;
    state.rows = entry.rows;
    if (order == 0) return;
    if constexpr (kText) {
      replace<T>(state.value, value, heap);
    } else {
      state.value = entry.first;
    }
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
        return visit_physical(call.value.kind, [&]<class T>() -> std::unique_ptr<const OrderedSetAggregate> {
          return std::make_unique<Mode<T>>(call);
        });
      },
  };
  return spec;
}
PACTOLUS_REGISTER(mode);

}  // namespace pactolus
