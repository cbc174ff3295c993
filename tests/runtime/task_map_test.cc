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

TEST_CASE("task map: a global table decides nothing, and its offsets are not the group's") {
  const auto plan = plan_of(R"(
topology: t
sources:
  a: {topic: a, key: id, fields: {id: text, shop: text}}
  rates: {topic: rates, primary_key: id, global: true, fields: {id: text, rate: bigint}}
steps:
  first: {from: a, join: {table: rates, match: a.id = rates.id, add: {rate: rates.rate}}}
  sums: {from: first, aggregate: {by: shop, window: {tumbling: 1m}, select: {total: sum(rate)}}}
  second: {from: sums, join: {table: rates, match: sums.shop = rates.id, add: {rate: rates.rate}}}
sinks:
  out: {from: second, topic: out}
)");
  const Result<TaskMap> map = make_task_map(*plan, {{"a", 3}, {"rates", 8}});
  REQUIRE(map.ok());
  REQUIRE(map->sub_topologies.size() == 2);
  CHECK(map->sub_topologies[0].lead_topic == "a");
  CHECK(map->sub_topologies[0].tasks == 3);
  CHECK(map->sub_topologies[1].tasks == 3);
  CHECK(map->input_topics() == std::vector<std::string>{"a", "t-sums-repartition"});
  for (const SubTopologyTasks& tasks : map->sub_topologies) {
    REQUIRE(tasks.sub->inputs.size() == 2);
    CHECK(tasks.sub->inputs[1].topic() == "rates");
    CHECK(tasks.sub->inputs[1].is_copy == (tasks.sub->index == 1));
  }
  CHECK(map->hash != make_task_map(*plan, {{"a", 3}, {"rates", 4}})->hash);
}

}  // namespace
}  // namespace pactolus::testing
