#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "aggregates/words.h"
#include "data/blob_heap.h"
#include "data/decimal.h"

namespace pactolus {

/// What some values of one scale come to: how many, and the sum of their coefficients as a two's complement
/// number. 192 bits hold 2^64 coefficients of 38 digits.
struct SumPart {
  uint64_t scale = 0;
  uint64_t count = 0;
  Words<3> sum{};

  // Of values of the scale.
  void add(const Decimal& value);
  void retract(const Decimal& value);
  void merge(const SumPart& other);
};
static_assert(sizeof(SumPart) == 40);

/// The same, with the sum of the coefficients' squares.
struct MomentsPart {
  uint64_t scale = 0;
  uint64_t count = 0;
  Words<3> sum{};
  Words<5> squares{};

  void add(const Decimal& value);
  void retract(const Decimal& value);
  void merge(const MomentsPart& other);
};
static_assert(sizeof(MomentsPart) == 80);

/// The state of the aggregates over numeric whose rows can be taken back. PostgreSQL shows the largest scale
/// among the values, counts those that have it, and where the last of them is to go it gives up and starts
/// from the rows again (do_numeric_discard in numeric.c). Here values are summed up by scale: any may go, in
/// any order, nothing overflows, and what is left depends only on the values that are left.
template <class Part>
struct ScaleParts {
  static constexpr int kScaleMax = 63;  // of values that are summed up
  static constexpr size_t kBytesMax = kScaleMax * sizeof(Part);

  Part top;         // of the largest scale; all zero: no values
  uint64_t beyond;  // values with a larger scale than kScaleMax: as long as there are any, there is no result
  BlobRef others;   // the other scales' parts, the largest first

  uint64_t count() const;
  /// All, the largest scale first.
  std::vector<Part> all() const;

  void add(const Decimal& value, BlobHeap& heap) {
    if (top.count > 0 && top.scale == static_cast<uint64_t>(value.scale())) [[likely]] {
      top.add(value);
    } else {
      change(value, &Part::add, 1, heap);
    }
  }
  void retract(const Decimal& value, BlobHeap& heap) {
    if (top.count > 1 && top.scale == static_cast<uint64_t>(value.scale())) [[likely]] {
      top.retract(value);
    } else {
      change(value, &Part::retract, ~uint64_t{0}, heap);
    }
  }
  void merge(const ScaleParts& other, BlobHeap& heap);

 private:
  static Part& part_of(std::vector<Part>& parts, uint64_t scale);
  void change(const Decimal& value, void (Part::*how)(const Decimal&), uint64_t one, BlobHeap& heap);
  void put(std::vector<Part> parts, BlobHeap& heap);
};

/// What parts come to at the largest of their scales. The sum is a magnitude.
struct PartsTotal {
  bool negative = false;
  Words<8> sum{};
  Words<12> squares{};
  int scale = 0;

  /// None: beyond 38 digits.
  std::optional<Decimal> decimal() const;
};
PartsTotal total_of(const std::vector<SumPart>& parts);
PartsTotal total_of(const std::vector<MomentsPart>& parts);

template <class Part>
uint64_t ScaleParts<Part>::count() const {
  uint64_t count = beyond;
  for (const Part& part : all()) count += part.count;
  return count;
}

template <class Part>
std::vector<Part> ScaleParts<Part>::all() const {
  if (top.count == 0) return {};
  std::vector<Part> parts(1 + others.size / sizeof(Part));
  parts[0] = top;
  if (others.size > 0) std::memcpy(static_cast<void*>(&parts[1]), others.data, others.size);
  return parts;
}

template <class Part>
Part& ScaleParts<Part>::part_of(std::vector<Part>& parts, uint64_t scale) {
  auto place = std::ranges::find_if(parts, [&](const Part& part) { return part.scale <= scale; });
  if (place == parts.end() || place->scale != scale) {
    place = parts.insert(place, Part{});
    place->scale = scale;
  }
  return *place;
}

template <class Part>
void ScaleParts<Part>::change(const Decimal& value, void (Part::*how)(const Decimal&), uint64_t one,
                              BlobHeap& heap) {
  if (value.scale() > kScaleMax) {
    beyond += one;
    return;
  }
  std::vector<Part> parts = all();
  (part_of(parts, static_cast<uint64_t>(value.scale())).*how)(value);
  put(std::move(parts), heap);
}

template <class Part>
void ScaleParts<Part>::merge(const ScaleParts& other, BlobHeap& heap) {
  beyond += other.beyond;
  std::vector<Part> parts = all();
  for (const Part& part : other.all()) part_of(parts, part.scale).merge(part);
  put(std::move(parts), heap);
}

template <class Part>
void ScaleParts<Part>::put(std::vector<Part> parts, BlobHeap& heap) {
  std::erase_if(parts, [](const Part& part) { return part.count == 0; });
  heap.release(others);
  others = {};
  top = parts.empty() ? Part{} : parts[0];
  if (parts.size() > 1)
    others = heap.store({reinterpret_cast<const char*>(&parts[1]), (parts.size() - 1) * sizeof(Part)});
}

}  // namespace pactolus
