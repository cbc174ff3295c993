#include "data/partitioner.h"

#include <catch2/catch.hpp>

namespace pactolus {

TEST_CASE("partitioner: murmur2 gives the values of Kafka's own UtilsTest") {
  CHECK(murmur2("21") == -973932308);
  CHECK(murmur2("foobar") == -790332482);
  CHECK(murmur2("a-little-bit-long-string") == -985981536);
  CHECK(murmur2("a-little-bit-longer-string") == -1486304829);
  CHECK(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8") == -58897971);
  CHECK(murmur2("abc") == 479470107);
}

TEST_CASE("partitioner: a negative hash loses its sign, as Java's toPositive does") {
  CHECK(partition_of(Partitioner::kMurmur2, "foobar", 1000) == Partition{(-790332482 & 0x7FFFFFFF) % 1000});
  CHECK(partition_of(Partitioner::kMurmur2, "abc", 1000) == Partition{107});
  CHECK(partition_of(Partitioner::kMurmur2, "", 1) == Partition{0});
}

TEST_CASE("partitioner: crc32 is zlib's, taken as unsigned") {
  CHECK(crc32("123456789") == 0xCBF43926);
  CHECK(crc32("") == 0);
  CHECK(partition_of(Partitioner::kCrc32, "123456789", 1000) == Partition{0xCBF43926 % 1000});
}

}  // namespace pactolus
