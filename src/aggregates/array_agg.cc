#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"
#include "aggregates/stored_array.h"

namespace pactolus {
namespace {

class ArrayAgg final : public Aggregate {
 public:
  explicit ArrayAgg(Type element) : element_(element) {}

  Type result_type() const override { return array_of(element_); }
  size_t state_size() const override { return sizeof(StoredArray); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(StoredArray, array)}; }
  size_t blob_bytes_max() const override { return kStoredArrayBytesMax; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const Column& values = *arguments[0];
    const auto append_rows = [&](std::byte* state, std::span<const uint32_t> of_state) {
      append(*reinterpret_cast<StoredArray*>(state), values, of_state, heap);
    };
    for_each_state(
        rows, states, [](uint32_t) { return true; }, append_rows);
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<StoredArray*>(into);
    const auto& other = *reinterpret_cast<const StoredArray*>(from);
    if (other.too_long != 0) return state.give_up(heap);
    const Column more = other.with_room(element_, 0);
    std::vector<uint32_t> all(more.rows());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    if (!all.empty()) append(state, more, all, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const StoredArray*>(states[i]);
      store_outcome(state.result(out.values<std::string_view>()[i]), i, out, errors);
    }
  }

 private:
  void append(StoredArray& state, const Column& values, std::span<const uint32_t> rows,
              BlobHeap& heap) const {
    if (state.too_long != 0) return;
    if (state.size() + rows.size() > 8 * kStoredArrayBytesMax)
      return state.give_up(heap);  // a bit each at least
    Column elements = state.with_room(element_, rows.size());
    size_t at = state.size();
    visit_physical(element_.kind, [&]<class T>() {
      for (uint32_t row : rows) {
        elements.values<T>()[at] = values.values<T>()[row];
        elements.nulls()[at++] = values.nulls()[row];
      }
    });
    state.replace(elements, at, heap);
  }

  Type element_;
};

}  // namespace

const AggregateSpec& array_agg_spec() {
  static const AggregateSpec spec{
      .name = "array_agg",
      .signature = "array_agg(any type but arrays) → an array of it",
      .summary =
          "The values, NULLs too, as ORDER BY says or else as they came; null if there is no row. More than "
          "16 KiB are an error (54000).",
      .example = "array_agg(merchant)",
      .bind = [](std::span<const Type> arguments) -> std::unique_ptr<const Aggregate> {
        if (arguments.size() != 1 || is_array(arguments[0].kind)) return nullptr;
        return std::make_unique<ArrayAgg>(arguments[0]);
      },
      .takes_nulls = true,
  };
  return spec;
}
PACTOLUS_REGISTER(array_agg);

}  // namespace pactolus
