#pragma once

#include <cstdint>
#include <string_view>

#include "base/types.h"

namespace pactolus {

/// How a producer chose a record's partition from the bytes of its key.
enum class Partitioner : uint8_t {
  kMurmur2,  // Java's and librdkafka's `murmur2`
  kCrc32,    // librdkafka's `consistent`, its default for keyed records
  kUnknown,  // in a way that cannot be repeated
};

/// Kafka's variant of MurmurHash2 (org.apache.kafka.common.utils.Utils.murmur2).
int32_t murmur2(std::string_view key);
/// The CRC of zlib and Ethernet.
uint32_t crc32(std::string_view key);

/// The partition of a key among `partitions`, which is above 0. Not for kUnknown.
Partition partition_of(Partitioner partitioner, std::string_view key, int32_t partitions);

}  // namespace pactolus
