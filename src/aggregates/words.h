#pragma once

#include <algorithm>
#include <array>

#include "data/decimal_digits.h"

namespace pactolus {

/// An unsigned number of N words of 64 bits, least significant first.
template <size_t N>
using Words = std::array<uint64_t, N>;

/// The low words, or with zeroes above.
template <size_t N, size_t M>
Words<N> resized(const Words<M>& words) {
  Words<N> result{};
  std::copy_n(words.begin(), std::min(N, M), result.begin());
  return result;
}

/// The 128 bits that begin at a word.
template <size_t N>
Uint128 two_words(const Words<N>& words, size_t first) {
  return (static_cast<Uint128>(words[first + 1]) << 64) | words[first];
}

template <size_t N>
void set_two_words(Words<N>& words, size_t first, Uint128 value) {
  words[first] = static_cast<uint64_t>(value);
  words[first + 1] = static_cast<uint64_t>(value >> 64);
}

template <size_t N>
bool is_zero(const Words<N>& words) {
  return words == Words<N>{};
}

/// True if the words from `first` on are zero.
template <size_t N>
bool fits(const Words<N>& words, size_t first) {
  return std::all_of(words.begin() + first, words.end(), [](uint64_t word) { return word == 0; });
}

/// The two's complement.
template <size_t N>
Words<N> negated(Words<N> words) {
  Uint128 carry = 1;
  for (uint64_t& word : words) {
    carry += ~word;
    word = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  return words;
}

/// False: the sum needs more words.
template <size_t N, size_t M>
bool add(Words<N>& words, const Words<M>& other) {
  static_assert(M <= N);
  Uint128 carry = 0;
  for (size_t i = 0; i < N; ++i) {
    carry += words[i];
    if (i < M) carry += other[i];
    words[i] = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

/// Modulo 2^(64 N).
template <size_t N, size_t M>
void subtract(Words<N>& words, const Words<M>& other) {
  add(words, negated(resized<N>(other)));
}

/// False: the product needs more words.
template <size_t N>
bool multiply(Words<N>& words, uint64_t factor) {
  Uint128 carry = 0;
  for (uint64_t& word : words) {
    carry += static_cast<Uint128>(word) * factor;
    word = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  return carry == 0;
}

/// Times 10^exponent. False: the product needs more words.
template <size_t N>
bool multiply_by_power_of_ten(Words<N>& words, uint32_t exponent) {
  constexpr uint32_t kStep = 19;  // 10^19 fits a word
  for (; exponent >= kStep; exponent -= kStep) {
    if (!multiply(words, static_cast<uint64_t>(kPowersOfTen[kStep]))) return false;
  }
  return multiply(words, static_cast<uint64_t>(kPowersOfTen[exponent]));
}

/// The whole product.
template <size_t N, size_t M>
Words<N + M> product(const Words<N>& a, const Words<M>& b) {
  Words<N + M> result{};
  for (size_t i = 0; i < N; ++i) {
    Uint128 carry = 0;
    for (size_t j = 0; j < M; ++j) {
      carry += static_cast<Uint128>(a[i]) * b[j] + result[i + j];
      result[i + j] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    result[i + M] = static_cast<uint64_t>(carry);
  }
  return result;
}

/// Makes the quotient of the words (an even number of them); returns the remainder.
template <size_t N>
Uint128 divide(Words<N>& words, Uint128 divisor) {
  static_assert(N % 2 == 0);
  Uint128 remainder = 0;
  for (size_t i = N; i > 0; i -= 2) {
    Quotient digit = divide_wide({remainder, two_words(words, i - 2)}, divisor);
    set_two_words(words, i - 2, digit.quotient);
    remainder = digit.remainder;
  }
  return remainder;
}

}  // namespace pactolus
