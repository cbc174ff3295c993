#include "log/memory_range_assignor.h"

#include <catch2/catch.hpp>

namespace pactolus {

TEST_CASE("range assignor: runs of partitions, the first members one more, each topic by itself") {
  MemoryTopics topics;
  REQUIRE(topics.create({"seven", 7, 1, {}}).ok());
  REQUIRE(topics.create({"two", 2, 1, {}}).ok());
  auto shares = assign_ranges(
      {{"a", {"seven", "two"}}, {"b", {"seven", "two", "missing"}}, {"c", {"seven", "two"}}}, topics);
  auto at = [](const char* topic, int32_t partition) { return TopicPartition{topic, Partition{partition}}; };
  CHECK(shares["a"] == std::vector{at("seven", 0), at("seven", 1), at("seven", 2), at("two", 0)});
  CHECK(shares["b"] == std::vector{at("seven", 3), at("seven", 4), at("two", 1)});
  CHECK(shares["c"] == std::vector{at("seven", 5), at("seven", 6)});
}

}  // namespace pactolus
