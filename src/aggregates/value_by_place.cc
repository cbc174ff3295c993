#include "aggregates/value_by_place.h"

#include <algorithm>
#include <utility>

#include "aggregates/stored_value.h"

namespace pactolus {
namespace {

/// A row that is remembered.
template <class T>
struct Kept {
  uint64_t present;
  uint64_t null;
  StoredType<T> value;  // all zero where it is null
};

/// State: the row whose value is the result; for the last but one, the last row behind it.
template <class T>
class ValueByPlace final : public Aggregate {
 public:
  ValueByPlace(Type value, Place place) : value_(value), place_(place) {}

  Type result_type() const override { return value_; }
  size_t state_size() const override { return rows() * sizeof(Kept<T>); }
  std::vector<size_t> blob_offsets() const override {
    std::vector<size_t> offsets;
    if constexpr (kViewsBytes<T>) {
      for (size_t i = 0; i < rows(); ++i) offsets.push_back(i * sizeof(Kept<T>) + offsetof(Kept<T>, value));
    }
    return offsets;
  }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const T* values = arguments[0]->template values<T>();
    const uint8_t* nulls = arguments[0]->nulls();
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t row = rows[i];
      put(states[i], nulls[row] != 0 ? T{} : values[row], nulls[row] != 0, heap);
    }
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    for (const Kept<T>& other : std::span(&kept(from), rows())) {
      if (other.present != 0) put(into, Stored<T>::unpack(other.value), other.null != 0, heap);
    }
  }

  bool can_spare(std::span<const ColumnPtr> arguments, uint32_t row, const std::byte* state) const override {
    const bool null = arguments[0]->is_null(row);
    const T value = null ? T{} : arguments[0]->template values<T>()[row];
    return std::ranges::none_of(std::span(&kept(state), rows()), [&](const Kept<T>& known) {
      return known.present != 0 && (known.null != 0) == null && (null || is_same<T>(known.value, value));
    });
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    for (size_t i = 0; i < states.size(); ++i) {
      const Kept<T>& state = kept(states[i]);
      out.values<T>()[i] = Stored<T>::unpack(state.value);
      if (state.present == 0 || state.null != 0) out.set_null(i);
    }
  }

 private:
  static const Kept<T>& kept(const std::byte* state) { return *reinterpret_cast<const Kept<T>*>(state); }

  size_t rows() const { return place_ == Place::kLastButOne ? 2 : 1; }

  void put(std::byte* state, const T& value, bool null, BlobHeap& heap) const {
    auto* row = reinterpret_cast<Kept<T>*>(state);
    if (row->present != 0 && place_ == Place::kFirst) return;
    if (place_ == Place::kLastButOne) {
      std::swap(row[0], row[1]);  // the value that is no longer the last one becomes the result
      ++row;
    }
    row->present = 1;
    row->null = null ? 1 : 0;
    replace<T>(row->value, value, heap);
  }

  Type value_;
  Place place_;
};

}  // namespace

std::unique_ptr<const Aggregate> make_value_by_place(std::span<const Type> arguments, Place place) {
  if (arguments.size() != 1) return nullptr;
  return visit_physical(arguments[0].kind, [&]<class T>() -> std::unique_ptr<const Aggregate> {
    return std::make_unique<ValueByPlace<T>>(arguments[0], place);
  });
}

}  // namespace pactolus
