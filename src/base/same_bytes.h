#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pactolus {

/// As ==, for short byte strings such as keys: the call of memcmp takes longer than to compare most of them.
inline bool same_bytes(std::string_view a, std::string_view b) {
  constexpr size_t kWord = sizeof(uint64_t);
  if (a.size() != b.size() || a.size() < kWord) return a == b;
  uint64_t difference = 0;
  auto compare_word = [&](size_t at) {
    uint64_t left = 0;
    uint64_t right = 0;
    std::memcpy(&left, a.data() + at, kWord);
    std::memcpy(&right, b.data() + at, kWord);
    difference |= left ^ right;
  };
  for (size_t at = 0; at + kWord < a.size(); at += kWord) compare_word(at);
  compare_word(a.size() - kWord);
  return difference == 0;
}

}  // namespace pactolus
