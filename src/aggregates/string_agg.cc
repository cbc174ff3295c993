#include <string>

#include "aggregates/fixed_aggregate.h"
#include "aggregates/registry.h"
#include "aggregates/rows_by_state.h"
#include "aggregates/stored_value.h"

namespace pactolus {
namespace {

/// The longest result in bytes. It is written anew with every commit that changes it.
constexpr size_t kTextBytesMax = size_t{16} * 1024;

constexpr Outcome kTooLong{true, "54000", "the result has more than 16384 bytes, separators included"};

/// State: the texts so far, each behind its separator, the first one too, as merging needs it (all zero: no
/// value yet); how long that is; and 1 if it all became too long, and was let go of.
struct Joined {
  BlobRef text;
  uint64_t first_separator;
  uint64_t too_long;
};

class StringAgg final : public Aggregate {
 public:
  Type result_type() const override { return kTextType; }
  size_t state_size() const override { return sizeof(Joined); }
  std::vector<size_t> blob_offsets() const override { return {offsetof(Joined, text)}; }
  size_t blob_bytes_max() const override { return kTextBytesMax; }

  /// The rows of one state are appended together, since a blob is only ever replaced as a whole.
  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const auto* values = arguments[0]->values_of<TypeKind::kText>();
    const auto* separators = arguments[1]->values_of<TypeKind::kText>();
    std::string added;
    for_each_state(*arguments[0], rows, states, [&](std::byte* state, std::span<const uint32_t> of_state) {
      added.clear();
      for (uint32_t row : of_state) {
        if (added.size() > kTextBytesMax) break;  // is too long already
        if (!arguments[1]->is_null(row)) added += separators[row];
        added += values[row];
      }
      const uint32_t first = of_state.front();
      append(*reinterpret_cast<Joined*>(state), added,
             arguments[1]->is_null(first) ? 0 : separators[first].size(), heap);
    });
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    auto& state = *reinterpret_cast<Joined*>(into);
    const auto& other = *reinterpret_cast<const Joined*>(from);
    if (other.text.data) append(state, other.text.view(), other.first_separator, heap);
    if (other.too_long != 0) give_up(state, heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors& errors) const override {
    auto* values = out.values_of<TypeKind::kText>();
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& state = *reinterpret_cast<const Joined*>(states[i]);
      Outcome outcome = state.too_long != 0 ? kTooLong : state.text.data ? outcomes::kValue : outcomes::kNull;
      if (!outcome.null) values[i] = state.text.view().substr(state.first_separator);
      store_outcome(outcome, i, out, errors);
    }
  }

 private:
  /// `added`: texts behind their separators, the first of which is so long.
  static void append(Joined& state, std::string_view added, size_t first_separator, BlobHeap& heap) {
    if (state.too_long != 0) return;
    if (state.text.size + added.size() > kTextBytesMax) return give_up(state, heap);
    if (!state.text.data) state.first_separator = first_separator;
    std::string whole(state.text.view());
    whole += added;
    replace<std::string_view>(state.text, whole, heap);
  }

  static void give_up(Joined& state, BlobHeap& heap) {
    heap.release(state.text);
    state = {{}, 0, 1};
  }
};

constexpr TypeKind kParameters[] = {TypeKind::kText, TypeKind::kText};

}  // namespace

const AggregateSpec& string_agg_spec() {
  static const AggregateSpec spec{
      .name = "string_agg",
      .signature = "string_agg(value text, separator text) → text",
      .summary =
          "The texts that are not null, one behind the other, as ORDER BY says or else as they came, each "
          "but "
          "the first behind its separator; null if there is none. More than 16 KiB, separators included, "
          "are an error (54000).",
      .example = "string_agg(merchant, ', ' ORDER BY amount DESC)",
      .parameters = kParameters,
      .bind = [](std::span<const Type>) -> std::unique_ptr<const Aggregate> {
        return std::make_unique<StringAgg>();
      },
  };
  return spec;
}
PACTOLUS_REGISTER(string_agg);

}  // namespace pactolus
