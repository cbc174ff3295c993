#pragma once

#include <cstring>
#include <string_view>

#include "base/arena.h"
#include "data/column.h"
#include "data/type.h"

namespace pactolus {

/// The longest array that a function makes, in bytes as it is stored.
inline constexpr size_t kArrayBytesMax = 1024 * 1024;

/// Reads an array of one dimension as it lies in a slot and in stored state (docs/formats.md):
///
///   u8 the elements' type, u32 count, a bit per element (1: null) from the low bit of the first byte on,
///   then `count` values of fixed width; of types that hold bytes `count` ends (u32), and the bytes.
///
/// A null element's value is all zero, or has no bytes. A view of the slot's memory.
class ArrayView {
 public:
  /// `image` is an array: see is_array_image.
  explicit ArrayView(std::string_view image);

  TypeKind element() const { return element_; }
  size_t size() const { return size_; }
  bool is_null(size_t i) const { return ((nulls_[i / 8] >> (i % 8)) & 1) != 0; }
  /// T is the element type's physical one; the element is not null.
  template <class T>
  T at(size_t i) const {
    if constexpr (kViewsBytes<T>) {
      const uint32_t begin = i == 0 ? 0 : end_of(i - 1);
      return T(std::string_view{values_ + size_ * sizeof(uint32_t) + begin, end_of(i) - begin});
    } else {
      T value;
      read(i, value);
      return value;
    }
  }

  /// Puts the elements into the slots of `to`, a column of their type, from `first` on: views of the array.
  void copy_to(Column& to, size_t first) const;

 private:
  friend bool is_array_image(std::string_view image, TypeKind element);
  bool is_value_at(size_t i) const;

  uint32_t end_of(size_t i) const {
    uint32_t end = 0;
    std::memcpy(&end, values_ + i * sizeof end, sizeof end);
    return end;
  }
  template <class T>
  void read(size_t i, T& value) const {
    std::memcpy(&value, values_ + i * sizeof value, sizeof value);
  }
  /// False, and no change: the bytes are no numeric.
  bool read(size_t i, Decimal& value) const;

  TypeKind element_;
  size_t size_;
  const char* nulls_;
  const char* values_;
};

/// Makes an array of `count` rows of a column, in `memory`.
std::string_view make_array(const Column& elements, size_t first, size_t count, Arena& memory);

/// Its elements as a column, which views the array.
Column elements_of(std::string_view array);

/// Whether bytes from outside are an array of such elements. Says nothing of texts' encoding.
bool is_array_image(std::string_view image, TypeKind element);

}  // namespace pactolus
