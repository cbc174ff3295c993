#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"
#include "aggregates/stored_array.h"

namespace pactolus {
namespace {

constexpr int32_t kBucketsMax = 2000;

/// State: the counts of the buckets from 0 on, bigints; 1 if a row's bucket, or their number, was none.
struct Counts {
  StoredArray counts;
  uint64_t invalid;
};

class Histogram final : public Aggregate {
 public:
  Type result_type() const override { return array_of(kBigintType); }
  size_t state_size() const override { return sizeof(Counts); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(Counts, counts.array)}; }
  size_t blob_bytes_max() const override { return kStoredArrayBytesMax; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const auto* buckets = arguments[0]->values<int32_t>();
    for_each_state(*arguments[0], rows, states, [&](std::byte* state, std::span<const uint32_t> of_state) {
      auto& all = *reinterpret_cast<Counts*>(state);
      std::optional<size_t> slots = slots_of(*arguments[1], of_state);
      if (all.counts.array.data && slots != all.counts.size()) slots.reset();
      if (!slots) all.invalid = 1;
      if (all.invalid != 0) return;
      Column counts = all.counts.with_room(kBigintType, all.counts.array.data ? 0 : *slots);
      for (uint32_t row : of_state) {
        const bool known = buckets[row] >= 0 && static_cast<size_t>(buckets[row]) < *slots;
        if (known) ++counts.values<int64_t>()[buckets[row]];
        if (!known) all.invalid = 1;
      }
      all.counts.replace(counts, *slots, heap);
    });
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<Counts*>(into);
    const auto& other = *reinterpret_cast<const Counts*>(from);
    state.invalid |= other.invalid;
    if (!other.counts.array.data) return;
    if (state.counts.array.data && state.counts.size() != other.counts.size()) state.invalid = 1;
    if (state.invalid != 0) return;
    const Column added = other.counts.with_room(kBigintType, 0);
    Column counts = state.counts.with_room(kBigintType, state.counts.array.data ? 0 : added.rows());
    for (size_t i = 0; i < added.rows(); ++i) counts.values<int64_t>()[i] += added.values<int64_t>()[i];
    state.counts.replace(counts, counts.rows(), heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const Counts*>(states[i]);
      store_outcome(state.invalid != 0 ? kInvalid : state.counts.result(out.values<std::string_view>()[i]), i,
                    out, errors);
    }
  }

 private:
  static constexpr Outcome kInvalid{
      true, "22023",
      "the number of buckets is not one from 1 to 2000, or a bucket is not from 0 to one more"};

  /// One for each bucket, and for what lies before and behind them; none: the rows don't say the same number.
  static std::optional<size_t> slots_of(const Column& numbers, std::span<const uint32_t> rows) {
    const auto* values = numbers.values<int32_t>();
    const int32_t first = values[rows.front()];
    for (uint32_t row : rows) {
      if (numbers.is_null(row) || values[row] != first) return std::nullopt;
    }
    if (first < 1 || first > kBucketsMax) return std::nullopt;
    return static_cast<size_t>(first) + 2;
  }
};

constexpr TypeKind kParameters[] = {TypeKind::kInteger, TypeKind::kInteger};

}  // namespace

const AggregateSpec& histogram_spec() {
  static const AggregateSpec spec{
      .name = "histogram",
      .signature = "histogram(bucket integer, buckets integer) → bigint[]",
      .summary =
          "How many rows have each bucket that is not null, as width_bucket() counts them: first those below "
          "all buckets, then of each, then those above; null if there is none. The number of buckets is the "
          "same in all rows, from 1 to 2000, or it is an error (22023).",
      .example = "histogram(width_bucket(amount, 0, 1000, 10), 10)",
      .parameters = kParameters,
      .bind = [](std::span<const Type>) -> std::unique_ptr<const Aggregate> {
        return std::make_unique<Histogram>();
      },
      .ignores_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(histogram);

}  // namespace pactolus
