#include "aggregates/value_by_extreme.h"

#include "aggregates/stored_value.h"
#include "data/value_order.h"

namespace pactolus {
namespace {

/// State: what the row had that has won so far; then the value (StoredType), zero where it is null.
template <class Key>
struct Winner {
  uint64_t present;
  uint64_t null;
  StoredType<Key> key;
};

template <class Key>
class ValueByExtreme final : public Aggregate {
  static constexpr size_t kValueOffset = sizeof(Winner<Key>);

 public:
  ValueByExtreme(Type value, int sign) : value_(value), sign_(sign) {}

  Type result_type() const override { return value_; }
  size_t state_size() const override {
    size_t size = 0;
    visit_physical(value_.kind, [&]<class T>() { size = sizeof(StoredType<T>); });
    return kValueOffset + size;
  }
  std::vector<size_t> blob_offsets() const override {
    std::vector<size_t> offsets;
    if (kViewsBytes<Key>) offsets.push_back(offsetof(Winner<Key>, key));
    if (holds_bytes(value_.kind)) offsets.push_back(kValueOffset);
    return offsets;
  }

  void add(std::span<const ColumnPtr> arguments, std::span<const uint32_t> rows,
           std::span<std::byte* const> states, BlobHeap& heap) const override {
    const Key* keys = arguments[1]->template values<Key>();
    const uint8_t* nulls = arguments[1]->nulls();
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t row = rows[i];
      if (nulls[row] != 0 || !wins(keys[row], states[i])) continue;
      const bool null = arguments[0]->is_null(row);
      visit_physical(value_.kind, [&]<class T>() {
        put(states[i], keys[row], null ? T{} : arguments[0]->template values<T>()[row], null, heap);
      });
    }
  }

  void merge(std::byte* into, const std::byte* from, BlobHeap& heap) const override {
    const Winner<Key>& other = winner(from);
    if (other.present == 0) return;
    const Key key = Stored<Key>::unpack(other.key);
    if (!wins(key, into)) return;
    visit_physical(value_.kind, [&]<class T>() {
      put(into, key, other.null ? T{} : value<T>(from), other.null != 0, heap);
    });
  }

  bool can_spare(std::span<const ColumnPtr> arguments, uint32_t row, const std::byte* state) const override {
    if (arguments[1]->is_null(row)) return true;
    const Winner<Key>& best = winner(state);
    return best.present != 0 &&
           compare_values(arguments[1]->template values<Key>()[row], Stored<Key>::unpack(best.key)) != 0;
  }

  void result(std::span<const std::byte* const> states, Column& out, RowErrors&) const override {
    visit_physical(value_.kind, [&]<class T>() {
      for (size_t i = 0; i < states.size(); ++i) {
        const Winner<Key>& row = winner(states[i]);
        if (row.present == 0 || row.null != 0) {
          out.set_null(i);
        } else {
          out.values<T>()[i] = value<T>(states[i]);
        }
      }
    });
  }

 private:
  static const Winner<Key>& winner(const std::byte* state) {
    return *reinterpret_cast<const Winner<Key>*>(state);
  }
  template <class T>
  static T value(const std::byte* state) {
    return Stored<T>::unpack(*reinterpret_cast<const StoredType<T>*>(state + kValueOffset));
  }

  bool wins(const Key& key, const std::byte* state) const {
    const Winner<Key>& best = winner(state);
    return best.present == 0 || compare_values(key, Stored<Key>::unpack(best.key)) * sign_ < 0;
  }

  template <class T>
  static void put(std::byte* state, const Key& key, const T& value, bool null, BlobHeap& heap) {
    auto& row = *reinterpret_cast<Winner<Key>*>(state);
    row.present = 1;
    row.null = null ? 1 : 0;
    replace<Key>(row.key, key, heap);
    replace<T>(*reinterpret_cast<StoredType<T>*>(state + kValueOffset), value, heap);
  }

  Type value_;
  int sign_;
};

}  // namespace

std::unique_ptr<const Aggregate> make_value_by_extreme(std::span<const Type> arguments, int sign) {
  if (arguments.size() != 2 || arguments[1].kind == TypeKind::kBoolean) return nullptr;
  if (!is_key_kind(arguments[1].kind)) return nullptr;
  std::unique_ptr<const Aggregate> made;
  visit_ordered(arguments[1].kind,
                [&]<class Key>() { made = std::make_unique<ValueByExtreme<Key>>(arguments[0], sign); });
  return made;
}

}  // namespace pactolus
