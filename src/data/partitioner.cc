#include "data/partitioner.h"

#include <array>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace pactolus {
namespace {

constexpr auto kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0u);
    table[i] = crc;
  }
  return table;
}();

}  // namespace

int32_t murmur2(std::string_view key) {
  constexpr uint32_t kSeed = 0x9747b28c;
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  static_assert(std::endian::native == std::endian::little);
  uint32_t hash = kSeed ^ static_cast<uint32_t>(key.size());
  while (key.size() >= 4) {
    uint32_t word = 0;
    std::memcpy(&word, key.data(), sizeof word);
    word *= kMultiplier;
    word ^= word >> 24;
    hash = (hash * kMultiplier) ^ (word * kMultiplier);
    key.remove_prefix(4);
  }
  if (!key.empty()) {
    uint32_t rest = 0;
    std::memcpy(&rest, key.data(), key.size());
    hash = (hash ^ rest) * kMultiplier;
  }
  hash = (hash ^ (hash >> 13)) * kMultiplier;
  return static_cast<int32_t>(hash ^ (hash >> 15));
}

uint32_t crc32(std::string_view key) {
  uint32_t crc = ~0u;
  for (char c : key) crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  return ~crc;
}

Partition partition_of(Partitioner partitioner, std::string_view key, int32_t partitions) {
  PACTOLUS_CHECK(partitions > 0 && partitioner != Partitioner::kUnknown);
  if (partitioner == Partitioner::kMurmur2) return Partition{(murmur2(key) & 0x7FFFFFFF) % partitions};
  return Partition{static_cast<int32_t>(crc32(key) % static_cast<uint32_t>(partitions))};
}

}  // namespace pactolus
