#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"
#include "aggregates/stored_array.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

constexpr int32_t kCountMax = 1000;

/// State: the greatest values, in descending order; how many are wanted (0: no row yet); 1 if that was not
/// the same in all rows, or no such number.
struct Greatest {
  StoredArray values;
  uint64_t count;
  uint64_t invalid;
};

class TopK final : public Aggregate {
 public:
  explicit TopK(Type element) : element_(element) {}

  Type result_type() const override { return array_of(element_); }
  size_t state_size() const override { return sizeof(Greatest); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(Greatest, values.array)}; }
  size_t blob_bytes_max() const override { return kStoredArrayBytesMax; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    for_each_state(*arguments[0], rows, states, [&](std::byte* state, std::span<const uint32_t> of_state) {
      auto& greatest = *reinterpret_cast<Greatest*>(state);
      for (uint32_t row : of_state) {
        const bool null = arguments[1]->is_null(row);
        note_count(greatest, null ? 0 : arguments[1]->values<int32_t>()[row]);
      }
      take(greatest, *arguments[0], of_state, heap);
    });
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<Greatest*>(into);
    const auto& other = *reinterpret_cast<const Greatest*>(from);
    if (other.count == 0) return;
    note_count(state, static_cast<int32_t>(other.count));
    state.invalid |= other.invalid;
    if (other.values.too_long != 0) return state.values.give_up(heap);
    const Column values = other.values.with_room(element_, 0);
    std::vector<uint32_t> all(values.rows());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    take(state, values, all, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const Greatest*>(states[i]);
      store_outcome(state.invalid != 0 ? kInvalid : state.values.result(out.values<std::string_view>()[i]), i,
                    out, errors);
    }
  }

 private:
  static constexpr Outcome kInvalid{true, "22023",
                                    "how many values are wanted is not one number from 1 to 1000"};

  static void note_count(Greatest& state, int32_t count) {
    const bool valid = count >= 1 && count <= kCountMax;
    if (!valid || (state.count != 0 && state.count != static_cast<uint64_t>(count))) state.invalid = 1;
    if (state.count == 0) state.count = valid ? static_cast<uint64_t>(count) : 1;
  }

  /// Of equal values the one that came first stands first.
  void take(Greatest& state, const Column& values, std::span<const uint32_t> rows, BlobHeap& heap) const {
    if (state.invalid != 0 || state.values.too_long != 0) return;
    Column kept = state.values.with_room(element_, rows.size());
    const size_t had = state.values.size();
    visit_ordered(element_.kind, [&]<class T>() {
      T* all = kept.values<T>();
      for (size_t i = 0; i < rows.size(); ++i) all[had + i] = values.values<T>()[rows[i]];
      std::stable_sort(all, all + kept.rows(),
                       [](const T& a, const T& b) { return compare_values(a, b) > 0; });
    });
    state.values.replace(kept, std::min(kept.rows(), static_cast<size_t>(state.count)), heap);
  }

  Type element_;
};

}  // namespace

const AggregateSpec& top_k_spec() {
  static const AggregateSpec spec{
      .name = "top_k",
      .signature = "top_k(value, k integer) → an array of values",
      .summary =
          "The k greatest values that are not null, in descending order; null if there is none. k is the "
          "same "
          "in all rows, from 1 to 1000, or it is an error (22023); more than 16 KiB are one (54000).",
      .example = "top_k(amount, 3)",
      .bind = [](std::span<const Type> arguments) -> std::unique_ptr<const Aggregate> {
        const bool fits = arguments.size() == 2 && arguments[1] == kIntegerType;
        if (!fits || !is_key_kind(arguments[0].kind)) return nullptr;
        return std::make_unique<TopK>(arguments[0]);
      },
      .ignores_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(top_k);

}  // namespace pactolus
