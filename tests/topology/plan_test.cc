#include <catch2/catch.hpp>

#include "loaded.h"

namespace pactolus {
namespace {

using Names = std::vector<std::string>;

const std::string kSource = R"(topology: t
sources:
  payments:
    topic: payments
    key: card
    time: {field: at}
    fields:
      card: text
      merchant: text
      country: text
      amount: numeric(12,2)
      fee: numeric(12,2)
      at: timestamptz
)";

std::string aggregate(const std::string& name, const std::string& from, const std::string& rest) {
  return "  " + name + ":\n    from: " + from + "\n    aggregate:\n" + rest;
}

Names step_names(const SubTopology& sub) {
  Names names;
  for (const StepPlan& step : sub.steps) names.push_back(step.name);
  return names;
}

TEST_CASE("plan: an aggregate by more than what its input is partitioned by runs in place") {
  auto plan = plan_of(
      kSource + "steps:\n" +
      aggregate("a", "payments",
                "      by: [merchant, card]\n      window: {tumbling: 1m}\n      select: {n: count(*)}\n") +
      aggregate("b", "a", "      by: [CARD]\n      window: {tumbling: 1h}\n      select: {n: sum(n)}\n") +
      "sinks:\n  out: {from: b, topic: out}\n");
  CHECK(plan->repartitions.empty());
  REQUIRE(plan->sub_topologies.size() == 1);
  CHECK(step_names(plan->sub_topologies[0]) == Names{"a", "b"});
  CHECK(plan->sub_topologies[0].inputs.front().topic() == "payments");
}

TEST_CASE(
    "plan: a partition column that is changed, unknown or has several texts makes a repartition topic "
    "necessary") {
  std::string by_card = "      by: card\n      window: {tumbling: 1m}\n      select: {n: count(*)}\n";
  std::string sinks = "sinks:\n  out: {from: a, topic: out}\n";
  auto hops = [&](const std::string& text) { return plan_of(text)->repartitions.size(); };
  CHECK(hops(kSource + "steps:\n" + aggregate("a", "payments", by_card) + sinks) == 0);
  CHECK(hops(kSource + "steps:\n  p:\n    from: payments\n    project: {add: {card: lower(card)}}\n" +
             aggregate("a", "p", by_card) + sinks) == 1);
  CHECK(hops(kSource +
             "steps:\n  p:\n    from: payments\n    project: {select: {card: payments.card, at: at}}\n" +
             aggregate("a", "p", by_card) + sinks) == 0);
  auto with_key = [&](const std::string& key) {
    std::string text = kSource + "steps:\n" + aggregate("a", "payments", by_card) + sinks;
    return text.replace(text.find("key: card"), 9, "key: " + key);
  };
  CHECK(hops(with_key("{field: card, partitioner: crc32}")) == 0);
  CHECK(hops(with_key("{field: card, partitioner: unknown}")) == 1);
  std::string by_amount = "      by: amount\n      window: {tumbling: 1m}\n      select: {n: count(*)}\n";
  std::string keyed_by_amount = kSource + "steps:\n" + aggregate("a", "payments", by_amount) + sinks;
  CHECK(hops(keyed_by_amount.replace(keyed_by_amount.find("key: card"), 9, "key: amount")) == 1);
}

TEST_CASE(
    "plan: a repartition topic carries the columns that its readers look at, and is shared by those with the "
    "same key") {
  auto plan = plan_of(
      kSource + "steps:\n" +
          aggregate("a", "payments",
                    "      by: [merchant, country]\n      window: {tumbling: 1m}\n      grace: 5s\n"
                    "      select: {total: sum(amount)}\n") +
          aggregate("b", "payments",
                    "      by: [country, merchant]\n      window: {tumbling: 10s}\n      grace: 7s\n"
                    "      select: {n: count(*) FILTER (WHERE fee > 1)}\n") +
          aggregate(
              "c", "a",
              "      by: [merchant]\n      window: {tumbling: 1h}\n      select: {most: max(total)}\n") +
          "sinks:\n  b: {from: b, topic: b}\n  c: {from: c, topic: c}\n",
      {.internal_prefix = "pre."});
  REQUIRE(plan->repartitions.size() == 2);
  const RepartitionPlan& shared = *plan->repartitions[0];
  CHECK(shared.topic == "pre.t-a-repartition");
  CHECK(shared.schema.names() == Names{"merchant", "country", "amount", "fee"});
  CHECK(shared.key_columns == std::vector<size_t>{0, 1});
  CHECK(shared.producer == 0);
  CHECK(shared.boundary == std::chrono::seconds(10));
  const RepartitionPlan& second = *plan->repartitions[1];
  CHECK(second.topic == "pre.t-c-repartition");
  CHECK(second.schema.names() == Names{"merchant", "total"});
  CHECK(second.boundary == std::chrono::hours(1));

  REQUIRE(plan->sub_topologies.size() == 3);
  const SubTopology& first = plan->sub_topologies[0];
  CHECK(step_names(first) == Names{"a-repartition"});
  CHECK(first.steps[0].node->output() == shared.schema);
  CHECK(first.inputs[0].successors.front().target == Edge::kStep);
  CHECK(first.steps[0].successors.front().target == Edge::kRepartition);
  const SubTopology& middle = plan->sub_topologies[1];
  CHECK(step_names(middle) == Names{"a", "b", "c-repartition"});
  CHECK(middle.inputs[0].repartition == &shared);
  CHECK(middle.inputs[0].successors.size() == 2);
  CHECK(middle.steps[2].input_delay == std::chrono::seconds(5));
  CHECK(middle.repartitions[0].delay == std::chrono::seconds(5));
  CHECK(plan->sub_topologies[2].steps[0].input_delay == std::chrono::seconds(0));
  CHECK(plan->changelog_topic("payments") == "pre.t-payments-changelog");
  CHECK(plan->decisions_topic() == "pre.t-decisions");
  CHECK(plan->dead_letter_topic == "t-dead-letters");
}

TEST_CASE(
    "plan: an aggregate over all rows gets them through one partition, others take the number that is "
    "wanted") {
  auto plan = plan_of(
      kSource + "steps:\n" +
      aggregate("all_rows", "payments", "      window: {tumbling: 1m}\n      select: {n: count(*)}\n") +
      aggregate("few", "payments",
                "      by: merchant\n      window: {tumbling: 1m}\n      select: {n: count(*)}\n"
                "      repartition: {partitions: 7}\n") +
      aggregate("others", "payments",
                "      by: merchant\n      window: {tumbling: 1m}\n      select: {n: count(*)}\n") +
      "sinks:\n  a: {from: all_rows, topic: a}\n  s: {from: few, topic: s}\n"
      "  o: {from: others, topic: o}\n");
  REQUIRE(plan->repartitions.size() == 3);
  CHECK(plan->repartitions[0]->partitions == 1);
  CHECK(plan->repartitions[0]->key_columns.empty());
  CHECK(plan->repartitions[1]->partitions == 7);
  CHECK_FALSE(plan->repartitions[2]->partitions);
}

TEST_CASE(
    "plan: a union of topics with one key keeps rows together only while their partition counts are equal") {
  std::string text = R"(topology: t
sources:
  a: {topic: a, key: id, fields: {id: text}}
  b: {topic: b, key: id, fields: {id: text}}
  c: {topic: c, key: {field: id, partitioner: crc32}, fields: {id: text}}
steps:
  together: {union: [a, b]}
  counted: {from: together, aggregate: {by: id, select: {n: count(*)}}}
sinks:
  out: {from: counted, topic: out, key: id}
  c: {from: c, topic: d}
)";
  auto plan = plan_of(text);
  REQUIRE(plan->sub_topologies.size() == 2);
  CHECK(plan->repartitions.empty());
  CHECK(plan->sub_topologies[0].equal_partitions);
  CHECK_FALSE(plan->sub_topologies[1].equal_partitions);
  auto mixed = plan_of(text.replace(text.find("[a, b]"), 6, "[a, c]"));
  CHECK(mixed->repartitions.size() == 1);
  CHECK_FALSE(mixed->sub_topologies[0].equal_partitions);
}

TEST_CASE("plan: what leads to no sink is left out, with a warning") {
  Loaded loaded = load_text("t.yaml", kSource +
                                          "steps:\n  a:\n    from: payments\n    filter: amount > 0\n"
                                          "sinks:\n  out: {from: payments, topic: out}\n");
  REQUIRE(loaded.plan);
  CHECK(loaded.plan->sub_topologies[0].steps.empty());
  CHECK_THAT(loaded.findings, Catch::Contains("warning[unused]: the step `a` leads to no sink"));
}

TEST_CASE("plan: delays add up along the longest path") {
  auto plan = plan_of(kSource + "steps:\n" +
                      aggregate("slow", "payments",
                                "      by: card\n      window: {tumbling: 1m}\n      grace: 30s\n"
                                "      select: {n: count(*)}\n") +
                      aggregate("fast", "payments",
                                "      by: card\n      window: {tumbling: 1m}\n      grace: 1s\n"
                                "      select: {n: count(*)}\n") +
                      "  together:\n    union: [fast, slow]\n" +
                      aggregate("last", "together",
                                "      by: card\n      window: {tumbling: 1h}\n      select: {n: sum(n)}\n") +
                      "sinks:\n  out: {from: last, topic: out}\n");
  const SubTopology& sub = plan->sub_topologies.at(0);
  CHECK(step_names(sub) == Names{"slow", "fast", "together", "last"});
  CHECK(sub.steps[2].input_delay == std::chrono::seconds(30));
  CHECK(sub.steps[3].input_delay == std::chrono::seconds(30));
  CHECK(sub.steps[0].successors[0].port == 1);
  CHECK(sub.steps[1].successors[0].port == 0);
}

TEST_CASE("plan: the fingerprint follows what is computed, not how the file looks") {
  std::string text =
      kSource +
      "constants: {least: 1}\nsteps:\n  a:\n    from: payments\n    filter: amount > least AND fee > 0\n"
      "sinks:\n  out: {from: a, topic: out}\n";
  auto with = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    REQUIRE(other.find(from) != std::string::npos);
    return plan_of(other.replace(other.find(from), from.size(), to))->fingerprint;
  };
  uint64_t fingerprint = plan_of(text)->fingerprint;
  CHECK(with("amount > least AND fee > 0", "amount  >  least\n      AND fee > 0  # why") == fingerprint);
  CHECK(with("sinks:", "tests: []\nsinks:") == fingerprint);
  CHECK(with("topology: t", "topology: u\ndescription: d") == fingerprint);
  CHECK(with("amount > least", "amount >= least") != fingerprint);
  CHECK(with("least: 1", "least: 2") != fingerprint);
  CHECK(with("topic: out", "topic: other") != fingerprint);
  CHECK(with("numeric(12,2)", "numeric(12,3)") != fingerprint);
  CHECK(with("key: card", "key: {field: card, partitioner: crc32}") != fingerprint);
}

}  // namespace
}  // namespace pactolus
