#include <bit>
#include <cmath>
#include <cstring>

#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

// RFC 1321. All words are little-endian, as is the machine.
static_assert(std::endian::native == std::endian::little);

constexpr size_t kBlockBytes = 64;
using Digest = std::array<uint32_t, 4>;

const std::array<uint32_t, 64>& sines() {
  static const std::array<uint32_t, 64> values = [] {
    std::array<uint32_t, 64> all{};
    for (size_t i = 0; i < all.size(); ++i) {
      all[i] = static_cast<uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 0x1p32));
    }
    return all;
  }();
  return values;
}

uint32_t mix(size_t round, uint32_t b, uint32_t c, uint32_t d) {
  switch (round) {
    case 0:
      return (b & c) | (~b & d);
    case 1:
      return (b & d) | (c & ~d);
    case 2:
      return b ^ c ^ d;
    default:
      return c ^ (b | ~d);
  }
}

void add_block(Digest& digest, const char* bytes) {
  static constexpr std::array<std::array<int, 4>, 4> kRotations = {
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  static constexpr std::array<size_t, 4> kSteps = {1, 5, 3, 7};
  static constexpr std::array<size_t, 4> kStarts = {0, 1, 5, 0};
  std::array<uint32_t, 16> words;
  std::memcpy(words.data(), bytes, kBlockBytes);
  auto [a, b, c, d] = digest;
  for (size_t i = 0; i < 64; ++i) {
    size_t round = i / 16;
    uint32_t word = words[(kSteps[round] * i + kStarts[round]) % 16];
    uint32_t sum = a + mix(round, b, c, d) + sines()[i] + word;
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kRotations[round][i % 4]);
  }
  digest = {digest[0] + a, digest[1] + b, digest[2] + c, digest[3] + d};
}

Digest digest_of(std::string_view text) {
  Digest digest = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  uint64_t bits = text.size() * 8;
  for (; text.size() >= kBlockBytes; text.remove_prefix(kBlockBytes)) add_block(digest, text.data());
  std::array<char, 2 * kBlockBytes> end{};
  *std::copy(text.begin(), text.end(), end.begin()) = '\x80';
  size_t bytes = text.size() + 1 + sizeof(bits) > kBlockBytes ? 2 * kBlockBytes : kBlockBytes;
  std::memcpy(&end[bytes - sizeof(bits)], &bits, sizeof(bits));
  for (size_t at = 0; at < bytes; at += kBlockBytes) add_block(digest, &end[at]);
  return digest;
}

Failure md5(std::string_view& out, Arena& memory, std::string_view text) {
  Digest digest = digest_of(text);
  char* begin = memory.allocate(2 * sizeof(digest));
  for (size_t i = 0; i < sizeof(digest); ++i) {
    uint32_t byte = digest[i / 4] >> (8 * (i % 4)) & 0xFF;
    begin[2 * i] = "0123456789abcdef"[byte >> 4];
    begin[2 * i + 1] = "0123456789abcdef"[byte & 0xF];
  }
  out = {begin, 2 * sizeof(digest)};
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kText, &make_kernel<&md5>}};

}  // namespace

const FunctionSpec& md5_spec() {
  static const FunctionSpec spec{
      .name = "md5",
      .signature = "md5(text) → text",
      .summary = "The MD5 hash of the text's bytes, as 32 hexadecimal digits. Not safe against forgery.",
      .example = "md5('abc')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(md5);

}  // namespace pactolus
