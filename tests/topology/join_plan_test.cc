#include <catch2/catch.hpp>
#include <set>

#include "loaded.h"

namespace pactolus {
namespace {

using Names = std::vector<std::string>;

std::string source(const std::string& name, const std::string& key) {
  return "  " + name + ":\n    topic: " + name + "\n    key: " + key +
         "\n    time: {field: at}\n    fields: {id: text, shop: integer, card: text, amount: bigint, at: "
         "timestamptz}\n";
}

std::string join(const std::string& name, const std::string& left, const std::string& right,
                 const std::string& kind, const std::string& match) {
  return "  " + name + ":\n    from: " + left + "\n    join:\n      stream: " + right +
         "\n      kind: " + kind + "\n      within: {after: 1m}\n      match: " + match +
         "\n      select:\n        id: " + left + ".id\n        right_id: " + right +
         ".id\n        shop: " + left + ".shop\n        amount: " + right + ".amount\n";
}

const std::string kById = "a.id = b.id";

struct Sides {
  std::string left = "id";
  std::string right = "id";
};

std::string topology(const Sides& keys, const std::string& steps, const std::string& last) {
  return "topology: t\nsources:\n" + source("a", keys.left) + source("b", keys.right) + source("c", "id") +
         "steps:\n" + steps + "sinks:\n  out: {from: " + last + ", topic: out}\n";
}

TEST_CASE("plan: sides that lie by the key, in the same way, are joined where they are") {
  auto plan = plan_of(topology({}, join("j", "a", "b", "inner", kById), "j"));
  CHECK(plan->repartitions.empty());
  REQUIRE(plan->sub_topologies.size() == 1);
  CHECK(plan->sub_topologies[0].equal_partitions);
  CHECK(plan->sub_topologies[0].inputs[1].successors[0].port == 1);
  auto more = plan_of(topology({}, join("j", "a", "b", "inner", "b.shop = a.shop AND a.id = b.id"), "j"));
  CHECK(more->repartitions.empty());
}

TEST_CASE("plan: rows whose key may be NULL are joined where they are, and brought together to be grouped") {
  std::string text = topology({}, join("j", "a", "b", "inner", kById), "j");
  for (size_t at = 0; (at = text.find("id: text", at)) != std::string::npos; at += 13)
    text.insert(at + 8, " null");
  auto joined = plan_of(text);
  CHECK(joined->repartitions.empty());
  CHECK(joined->sub_topologies[0].inputs[0].relied_on);
  CHECK(joined->sub_topologies[0].inputs[1].relied_on);
  const std::string counted = "  n:\n    from: a\n    aggregate: {by: id, select: {n: count(*)}}\n";
  auto grouped = plan_of("topology: t\nsources:\n" + source("a", "id") + "steps:\n" + counted +
                         "sinks:\n  out: {from: n, topic: out, key: id}\n");
  CHECK(grouped->repartitions.empty());
  CHECK(grouped->sub_topologies[0].inputs[0].relied_on);
  std::string nulls = "topology: t\nsources:\n" + source("a", "id") + "steps:\n" + counted +
                      "sinks:\n  out: {from: n, topic: out, key: id}\n";
  nulls.insert(nulls.find("id: text") + 8, " null");
  auto moved = plan_of(nulls);
  REQUIRE(moved->repartitions.size() == 1);
  CHECK(moved->repartitions[0]->reason ==
        "n groups by id, and a is partitioned by id, but for those where it is NULL");
  CHECK_FALSE(moved->sub_topologies[0].inputs[0].relied_on);
}

TEST_CASE("plan: sides that do not lie alike both pass through topics, and these are as wide as the wider") {
  for (const Sides& keys :
       {Sides{"id", "card"}, Sides{"card", "id"}, Sides{"card", "card"},
        Sides{"{field: id, partitioner: crc32}", "id"}, Sides{"id", "{field: id, partitioner: unknown}"}}) {
    INFO(keys.left << " and " << keys.right);
    auto plan = plan_of(topology(keys, join("j", "a", "b", "inner", kById), "j"));
    REQUIRE(plan->repartitions.size() == 2);
    CHECK(plan->repartitions[0]->topic == "t-j-a-repartition");
    CHECK(plan->repartitions[1]->topic == "t-j-b-repartition");
    CHECK(plan->repartitions[0]->schema.names() == Names{"id", "shop"});
    CHECK(plan->repartitions[1]->schema.names() == Names{"id", "amount"});
    CHECK_FALSE(plan->sub_topologies.back().equal_partitions);
    CHECK(plan->repartitions[0]->sized_by == std::vector<size_t>{0, 1});
    CHECK(plan->repartitions[1]->sized_by == std::vector<size_t>{0, 1});
  }
}

TEST_CASE("plan: sides that differ only in which columns they lie by do not meet where they are") {
  // By (id, shop) in both, but a.id is to meet b.card.
  auto plan =
      plan_of(topology({"id", "id"}, join("j", "a", "b", "inner", "a.id = b.card AND a.card = b.id"), "j"));
  CHECK(plan->repartitions.size() == 2);
}

TEST_CASE("plan: what is joined lies by the key, but not by the columns of a side that may be absent") {
  const std::string counted =
      "  counted: {from: j, aggregate: {by: id, window: {tumbling: 1m}, select: {n: count(*)}}}\n";
  const auto hops = [&](const std::string& kind, const std::string& by) {
    std::string steps = join("j", "a", "b", kind, kById) + counted;
    if (by != "id") steps.replace(steps.find("by: id"), 6, "by: " + by);
    return plan_of(topology({}, steps, "counted"))->repartitions.size();
  };
  CHECK(hops("inner", "id") == 0);
  CHECK(hops("inner", "right_id") == 1);
  CHECK(hops("left", "id") == 0);
  CHECK(hops("right", "right_id") == 0);
  CHECK(hops("right", "id") == 1);
  CHECK(hops("full", "id") == 1);
}

TEST_CASE("plan: joins of one stream by one key share its topic, and all of them are equally wide") {
  auto plan =
      plan_of("topology: t\nsources:\n" + source("a", "card") + source("b", "card") + source("c", "card") +
              "steps:\n" + join("j", "a", "b", "inner", kById) + join("k", "a", "c", "inner", "a.id = c.id") +
              "sinks:\n  j: {from: j, topic: j}\n  k: {from: k, topic: k}\n");
  REQUIRE(plan->repartitions.size() == 3);
  for (const auto& topic : plan->repartitions)
    CHECK(std::set<size_t>(topic->sized_by.begin(), topic->sized_by.end()) == std::set<size_t>{0, 1, 2});
}

TEST_CASE("plan: a number of partitions that a join asks for is that of both its topics") {
  std::string steps = join("j", "a", "b", "inner", kById) + "      repartition: {partitions: 7}\n";
  auto plan = plan_of(topology({"card", "id"}, steps, "j"));
  REQUIRE(plan->repartitions.size() == 2);
  CHECK(plan->repartitions[0]->partitions == 7);
  CHECK(plan->repartitions[1]->partitions == 7);
}

}  // namespace
}  // namespace pactolus
