#include "aggregates/fixed_aggregate.h"
#include "aggregates/quantile_sketch.h"
#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"

namespace pactolus {
namespace {

constexpr Outcome kFractionRefused{
    true, "22003", "the fraction must be between 0 and 1, and the same in all rows of a group"};

/// State: QuantileSketch's bytes, none until a value came; the fraction, of the first row; and 1 if one was
/// refused.
struct Sketched {
  BlobRef sketch;
  double fraction;
  uint64_t refused;
};

class ApproxPercentile final : public Aggregate {
 public:
  Type result_type() const override { return kDoubleType; }
  size_t state_size() const override { return sizeof(Sketched); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(Sketched, sketch)}; }
  size_t blob_bytes_max() const override { return QuantileSketch::kBytesMax; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const auto* values = arguments[0]->values_of<TypeKind::kDouble>();
    const auto* fractions = arguments[1]->values_of<TypeKind::kDouble>();
    for_each_state(*arguments[0], rows, states, [&](std::byte* bytes, std::span<const uint32_t> of_state) {
      auto& state = *reinterpret_cast<Sketched*>(bytes);
      QuantileSketch sketch{state.sketch.view()};
      for (uint32_t row : of_state) {
        if (arguments[1]->is_null(row)) continue;
        if (sketch.count() == 0) state.fraction = fractions[row];
        if (!(fractions[row] >= 0 && fractions[row] <= 1) || fractions[row] != state.fraction)
          state.refused = 1;
        sketch.add(values[row]);
      }
      if (sketch.count() > 0) put(sketch, state, heap);
    });
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<Sketched*>(into);
    const auto& other = *reinterpret_cast<const Sketched*>(from);
    if (!other.sketch.data) return;
    if (!state.sketch.data) state.fraction = other.fraction;
    if (other.refused != 0 || other.fraction != state.fraction) state.refused = 1;
    QuantileSketch sketch{state.sketch.view()};
    sketch.merge(QuantileSketch{other.sketch.view()});
    put(sketch, state, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    auto* values = out.values_of<TypeKind::kDouble>();
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const Sketched*>(states[i]);
      Outcome outcome = state.refused != 0  ? kFractionRefused
                        : state.sketch.data ? outcomes::kValue
                                            : outcomes::kNull;
      if (!outcome.null) values[i] = QuantileSketch{state.sketch.view()}.quantile(state.fraction);
      store_outcome(outcome, i, out, errors);
    }
  }

 private:
  static void put(const QuantileSketch& sketch, Sketched& state, BlobHeap& heap) {
    heap.release(state.sketch);
    state.sketch = heap.store(sketch.bytes());
  }
};

constexpr TypeKind kParameters[] = {TypeKind::kDouble, TypeKind::kDouble};

}  // namespace

const AggregateSpec& approx_percentile_spec() {
  static const AggregateSpec spec{
      .name = "approx_percentile",
      .signature = "approx_percentile(value double precision, fraction double precision) → double precision",
      .summary =
          "The smallest value that at least the fraction of all values does not exceed "
          "(percentile_disc), by a KLL sketch: exact for fewer than 200 values; above that its rank is "
          "off by less than 1.33 % of the values with 99 % confidence. Rows with a null are left out; "
          "null if there is no other. The fraction must be the same in all rows of a group (22003). A "
          "group takes at most 8 KiB for it.",
      .example = "approx_percentile(amount, 0.99)",
      .parameters = kParameters,
      .bind = [](std::span<const Type>) -> std::unique_ptr<const Aggregate> {
        return std::make_unique<ApproxPercentile>();
      },
      .merges_in_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(approx_percentile);

}  // namespace pactolus
