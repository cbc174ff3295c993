#include <catch2/catch.hpp>

#include "runtime/simulation.h"
#include "runtime/task_map.h"

namespace pactolus::testing {
namespace {

std::string joined(const std::string& left_key, const std::string& right_key) {
  const auto source = [](const std::string& name, const std::string& key) {
    return "  " + name + ": {topic: " + name + ", key: " + key + ", fields: {id: text, card: text}}\n";
  };
  return "topology: t\nsources:\n" + source("a", left_key) + source("b", right_key) +
         "steps:\n  j:\n    from: a\n    join: {stream: b, within: {after: 1m}, match: a.id = b.id, add: "
         "{other: "
         "b.card}}\nsinks:\n  out: {from: j, topic: out}\n";
}

TEST_CASE("task map: topics whose rows meet have as many partitions as the widest input of their writers") {
  const auto plan = plan_of(joined("card", "id"));
  for (const PartitionCounts& counts : {PartitionCounts{{"a", 3}, {"b", 8}}, {{"a", 8}, {"b", 3}}}) {
    const Result<TaskMap> map = make_task_map(*plan, counts);
    REQUIRE(map.ok());
    CHECK(map->partitions.at("t-j-a-repartition") == 8);
    CHECK(map->partitions.at("t-j-b-repartition") == 8);
  }
}

TEST_CASE("task map: sources that are joined as they are need the same number of partitions") {
  const auto plan = plan_of(joined("id", "id"));
  CHECK(make_task_map(*plan, {{"a", 3}, {"b", 3}}).ok());
  const Result<TaskMap> map = make_task_map(*plan, {{"a", 3}, {"b", 8}});
  REQUIRE_FALSE(map.ok());
  CHECK_THAT(map.error().message, Catch::Contains("b has 8, a has 3"));
}

}  // namespace
}  // namespace pactolus::testing
