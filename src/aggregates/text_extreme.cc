#include "aggregates/extreme.h"

namespace pactolus {
namespace {

/// State: a BlobRef to the text, all zero without one (an empty text has a pointer).
template <class T>
class TextExtreme final : public Aggregate {
 public:
  TextExtreme(Type type, int sign) : type_(type), sign_(sign) {}

  Type result_type() const override { return type_; }
  size_t state_size() const override { return sizeof(BlobRef); }
  std::vector<size_t> blob_offsets() const override { return {0}; }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const T* values = arguments[0]->template values<T>();
    const uint8_t* nulls = arguments[0]->nulls();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!nulls[rows[i]]) add_one(*reinterpret_cast<BlobRef*>(states[i]), values[rows[i]], heap);
    }
  }

  bool can_spare(std::span<const ColumnPtr> arguments, uint32_t row, const std::byte* state) const override {
    const auto& text = *reinterpret_cast<const BlobRef*>(state);
    return arguments[0]->is_null(row) ||
           (text.data && compare_values(T(text.view()), arguments[0]->template values<T>()[row]) != 0);
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    const auto& text = *reinterpret_cast<const BlobRef*>(from);
    if (text.data) add_one(*reinterpret_cast<BlobRef*>(into), T(text.view()), heap);
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    auto* values = out.values<std::string_view>();
    for (size_t i = 0; i < states.size(); ++i) {
      const auto& text = *reinterpret_cast<const BlobRef*>(states[i]);
      values[i] = text.view();
      if (!text.data) out.set_null(i);
    }
  }

 private:
  void add_one(BlobRef& state, const T& value, BlobHeap& heap) const {
    if (state.data && compare_values(T(state.view()), value) * sign_ <= 0) return;
    replace<T>(state, value, heap);
  }

  Type type_;
  int sign_;
};

}  // namespace

std::unique_ptr<const Aggregate> make_text_extreme(Type type, int sign) {
  if (type == kBpcharType) return std::make_unique<TextExtreme<PaddedText>>(type, sign);
  return std::make_unique<TextExtreme<std::string_view>>(type, sign);
}

}  // namespace pactolus
