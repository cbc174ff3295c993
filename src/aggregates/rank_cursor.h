#pragma once

#include <array>

#include "aggregates/value_look.h"

namespace pactolus {

/// The values at one rank among the rows of a group and at the rank behind it, ranks counted from 0 in
/// ascending order. With every row the rank moves by one at most, so a step to a neighbour is all there ever
/// is to do. All zero: no rows. Lies in a state.
template <class T, bool kByLook = false>
struct RankCursor {
  using Identity = ValueIdentity<T, kByLook>;

  uint64_t rows;        // of the group
  uint64_t below;       // those of lesser values than `value`
  uint64_t here;        // those of `value`
  uint64_t has_next;    // 1: there is a greater value
  StoredType<T> value;  // at the rank
  StoredType<T> next;   // the least of the greater ones

  static std::vector<size_t> blob_offsets() {
    return kViewsBytes<T> ? std::vector<size_t>{offsetof(RankCursor, value), offsetof(RankCursor, next)}
                          : std::vector<size_t>{};
  }

  T at_rank() const { return Stored<T>::unpack(value); }
  T behind_rank(uint64_t rank) const { return rank + 1 < below + here ? at_rank() : Stored<T>::unpack(next); }

  /// Counts a row with the value `added`, as it came first.
  void count(const T& added, BlobHeap& heap) {
    if (rows++ == 0) {
      here = 1;
      replace<T>(value, added, heap);
      return;
    }
    const int order = Identity::compare(added, at_rank());
    if (order == 0) ++here;
    if (order < 0) ++below;
    if (order > 0 && (has_next == 0 || Identity::compare(added, Stored<T>::unpack(next)) < 0)) {
      has_next = 1;
      replace<T>(next, added, heap);
    }
  }

  /// Takes a row with the value `gone` out, of which `left` rows are still there. `all` as for move_to().
  void discount(const T& gone, uint64_t left, Type type, TakenValues& all, BlobHeap& heap) {
    --rows;
    const int order = Identity::compare(gone, at_rank());
    if (order < 0) --below;
    if (order == 0) --here;
    if (left > 0) return;
    if (order == 0) leave(type, all, heap);
    if (order > 0 && has_next != 0 && Identity::compare(gone, Stored<T>::unpack(next)) == 0)
      put_next(all.after(key_at_rank(type)), type, heap);
  }

  /// Moves to a rank below `rows`. `all`: the group's values, of `type`. Where one is missing, as when a disk
  /// can't be read, it stays.
  void move_to(uint64_t rank, Type type, TakenValues& all, BlobHeap& heap) {
    while (rank < below && step_down(type, all, heap)) {
    }
    while (rank >= below + here && step_up(type, all, heap)) {
    }
  }

 private:
  std::string key_at_rank(Type type) const { return Identity::key_of(at_rank(), type); }

  bool step_down(Type type, TakenValues& all, BlobHeap& heap) {
    std::optional<TakenValue> lesser = all.before(key_at_rank(type));
    if (!lesser) return false;
    Arena texts;
    has_next = 1;
    replace<T>(next, at_rank(), heap);
    replace<T>(value, value_of<T>(*lesser, type, texts), heap);
    here = rows_of<T>(*lesser);
    below -= here;
    return true;
  }

  bool step_up(Type type, TakenValues& all, BlobHeap& heap) {
    std::optional<TakenValue> greater = all.after(key_at_rank(type));
    if (!greater) return false;
    Arena texts;
    below += here;
    here = rows_of<T>(*greater);
    replace<T>(value, value_of<T>(*greater, type, texts), heap);
    put_next(all.after(key_at_rank(type)), type, heap);
    return true;
  }

  /// The value at the rank is gone: to one beside it.
  void leave(Type type, TakenValues& all, BlobHeap& heap) {
    if (step_up(type, all, heap)) return;
    if (step_down(type, all, heap)) {
      put_next({}, type, heap);
    } else if (rows == 0) {
      clear(value, heap);
    }
  }

  void put_next(std::optional<TakenValue> greater, Type type, BlobHeap& heap) {
    Arena texts;
    has_next = greater ? 1 : 0;
    if (greater) {
      replace<T>(next, value_of<T>(*greater, type, texts), heap);
    } else {
      clear(next, heap);
    }
  }

  static void clear(StoredType<T>& stored, BlobHeap& heap) {
    if constexpr (kViewsBytes<T>) heap.release(stored);
    stored = {};
  }
};

}  // namespace pactolus
