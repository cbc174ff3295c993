#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>

#include "aggregates/hyper_log_log.h"
#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"
#include "data/key_encoding.h"

namespace pactolus {
namespace {

/// State: HyperLogLog's bytes, of the hashes of values as they are in group keys; so values count once that
/// PostgreSQL holds for equal.
class ApproxCountDistinct final : public Aggregate {
 public:
  Type result_type() const override { return kBigintType; }
  size_t state_size() const override { return sizeof(BlobRef); }
  std::vector<size_t> blob_offsets() const override { return {0}; }
  size_t blob_bytes_max() const override { return HyperLogLog::kBytesMax; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    ByteRows values;
    for_each_state(*arguments[0], rows, states, [&](std::byte* state, std::span<const uint32_t> of_state) {
      values.clear();
      encode_keys(arguments, of_state, values);
      HyperLogLog sketch{bytes_of(state)};
      for (size_t i = 0; i < values.size(); ++i) sketch.add(XXH3_64bits(values[i].data(), values[i].size()));
      put(sketch, state, heap);
    });
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    HyperLogLog sketch{bytes_of(into)};
    sketch.merge(HyperLogLog{bytes_of(from)});
    put(sketch, into, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    auto* values = out.values_of<TypeKind::kBigint>();
    for (size_t i = 0; i < states.size(); ++i)
      values[i] = std::llround(HyperLogLog{bytes_of(states[i])}.estimate());
  }

 private:
  static std::string_view bytes_of(const std::byte* state) {
    return reinterpret_cast<const BlobRef*>(state)->view();
  }
  static void put(const HyperLogLog& sketch, std::byte* state, BlobHeap& heap) {
    if (!sketch.changed()) return;
    auto& blob = *reinterpret_cast<BlobRef*>(state);
    heap.release(blob);
    blob = heap.store(sketch.bytes());
  }
};

}  // namespace

const AggregateSpec& approx_count_distinct_spec() {
  static const AggregateSpec spec{
      .name = "approx_count_distinct",
      .signature = "approx_count_distinct(any type) → bigint",
      .summary =
          "How many different values there are, nulls left out, by HyperLogLog: up to 256 it counts "
          "them (but with a chance of 1 in 2000), above that with a standard error of 1.6 %. A group "
          "takes at most 4 KiB for it, however many there are.",
      .example = "approx_count_distinct(merchant)",
      .bind = [](std::span<const Type> arguments) -> std::unique_ptr<const Aggregate> {
        if (arguments.size() != 1 || !is_key_kind(arguments[0].kind)) return nullptr;
        return std::make_unique<ApproxCountDistinct>();
      },
      .ignores_order = true,
  };
  return spec;
}
PACTOLUS_REGISTER(approx_count_distinct);

}  // namespace pactolus
