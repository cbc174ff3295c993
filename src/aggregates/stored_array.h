#pragma once

#include <cstdint>

#include "aggregates/fixed_aggregate.h"
#include "data/array.h"
#include "data/blob_heap.h"

namespace pactolus {

/// The longest array in a state, in bytes. It is written anew with every commit that changes it.
inline constexpr size_t kStoredArrayBytesMax = size_t{16} * 1024;

/// An array (array.h) as a piece of a state; all zero: none yet.
struct StoredArray {
  BlobRef array;
  uint64_t too_long;  // 1: it became too long, and was let go of

  /// Puts the first `count` elements in the place of the old ones.
  void replace(const Column& elements, size_t count, BlobHeap& heap);
  void give_up(BlobHeap& heap);
  /// How many there are.
  size_t size() const { return array.data ? ArrayView(array.view()).size() : 0; }
  /// The elements, and so many slots more behind them, in a column that views the array.
  Column with_room(Type element, size_t more) const;
  /// Null without elements. `values`: the results' slots.
  Outcome result(std::string_view& value) const;
};

}  // namespace pactolus
