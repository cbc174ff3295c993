#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace pactolus {

/// Something that has a key, with the bytes that decide nearly every comparison of keys: so that the keys
/// themselves, which lie all over memory, are looked at once and in order.
template <class T>
struct KeyPlace {
  T* item;
  uint64_t prefix = 0;  // of the key, behind what all keys share: key_prefix()
};

/// The first bytes, big-endian, as if zeroes followed.
inline uint64_t key_prefix(std::string_view key) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, key.data(), std::min(key.size(), sizeof bytes));
  return __builtin_bswap64(bytes);
}

/// How many bytes all keys begin with alike. There must be a key.
template <class T, class KeyOf>
size_t shared_key_bytes(const std::vector<KeyPlace<T>>& places, const KeyOf& key_of) {
  std::string_view first = key_of(*places.front().item);
  size_t shared = first.size();
  for (const KeyPlace<T>& place : places) {
    std::string_view key = key_of(*place.item);
    size_t most = std::min(shared, key.size());
    size_t same = 0;
    while (same < most && key[same] == first[same]) ++same;
    shared = same;
  }
  return shared;
}

/// Orders places by the bytes of their keys. All keys differ. Fills in the prefixes.
template <class T, class KeyOf>
void sort_by_key(std::vector<KeyPlace<T>>& places, const KeyOf& key_of) {
  if (places.empty()) return;
  size_t shared = shared_key_bytes(places, key_of);
  for (KeyPlace<T>& place : places) place.prefix = key_prefix(key_of(*place.item).substr(shared));
  std::sort(places.begin(), places.end(), [&](const KeyPlace<T>& a, const KeyPlace<T>& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : key_of(*a.item) < key_of(*b.item);
  });
}

}  // namespace pactolus
