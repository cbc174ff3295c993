#include "broker/operator.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "data/partitioner.h"
#include "kafka/grow_topic.h"
#include "kafka/test_client.h"
#include "reliability/ok.h"
#include "replaced.h"

namespace pactolus::testing {
namespace {

constexpr std::string_view kSettings = R"(kafka:
  bootstrap.servers: BOOTSTRAP
  topic.metadata.refresh.interval.ms: "500"
KAFKAinstance: operator
internal_topics: {replication: 1}
state: {folder: FOLDER/state}
log: {level: info, format: text}
SETTINGS)";

constexpr std::string_view kTopology = R"yaml(topology: NAME
sources:
  payments:
    topic: NAME.payments
    key: card
    fields: {id: bigint, card: text, amount: "numeric(12,2)"
}
steps:
  valid:
    from: payments
    filter: amount > 0
  per_card:
    from: valid
    aggregate:
      by: card
      emit: changes
      select: {payments: count(DISTINCT id), total: sum(amount)}
sinks:
  valid: {from: valid, topic: NAME.valid, key: card}
  totals: {from: per_card, topic: NAME.totals, key: card}
)yaml";

std::string new_name() {
  static const uint32_t program = std::random_device{}();
  static int counter = 0;
  return "run-" + std::to_string(program) + "-" + std::to_string(++counter);
}

void write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

Operator::Operator(const std::string& bootstrap, const std::string& kafka,
                   const std::string& daemon_bootstrap, const std::string& settings)
    : bootstrap_(bootstrap), folder_("operator"), name_(new_name()) {
  std::string text =
      replaced(kSettings, "BOOTSTRAP", daemon_bootstrap.empty() ? bootstrap : daemon_bootstrap);
  write(folder_.path() + "/pactolus.yaml",
        replaced(replaced(replaced(text, "KAFKA", kafka), "FOLDER", folder_.path()), "SETTINGS", settings));
  set_topology(std::string(kTopology));
  client_ = client_of(bootstrap);
  admin_ = ok(client_->admin());
}

Operator::~Operator() = default;

void Operator::create_topic(const std::string& topic, int32_t partitions,
                            std::map<std::string, std::string> config) {
  const TopicSpec spec{topic, partitions, 1, std::move(config)};
  patiently([&] { return admin_->create_topics(std::span{&spec, 1}); });
}

void Operator::grow_topic(const std::string& topic, int32_t partitions) {
  pactolus::grow_topic(bootstrap_, topic, partitions);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (partitions_of(topic) != partitions) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(kLookInterval);
  }
}

void Operator::create_topics(int32_t partitions) {
  for (const char* what : {"payments", "valid", "totals"}) create_topic(topic(what), partitions);
}

int32_t Operator::partitions_of(const std::string& topic) {
  const auto described = patiently([&] { return admin_->describe_topics(std::span{&topic, 1}); });
  REQUIRE(described.size() == 1);
  return described[0].partitions;
}

/// A broker that has just started takes its time to coordinate transactions.
std::unique_ptr<TransactionalProducer> Operator::customers() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto producer = ok(client_->producer({name_ + "-customers", "customers", std::chrono::seconds{30}}));
    auto ready = producer->init();
    if (ready.ok()) return producer;
    INFO(ready.error().message);
    REQUIRE(std::chrono::steady_clock::now() < until);
  }
}

void Operator::pay(int first, int count, int32_t astray) {
  std::vector<std::pair<std::string, std::string>> payments;
  for (int id = first; id < first + count; ++id) {
    const std::string card = "card-" + std::to_string(id % 10);
    payments.emplace_back(card,
                          R"({"id":)" + std::to_string(id) + R"(,"card":")" + card + R"(","amount":1.00})");
  }
  send(topic("payments"), payments, astray);
}

void Operator::send(const std::string& topic, const std::vector<std::pair<std::string, std::string>>& records,
                    int32_t astray) {
  auto producer = customers();
  ok(producer->begin());
  const auto partitions = static_cast<int32_t>(ends(topic).size());
  for (const auto& [key, value] : records) {
    const OutgoingRecord record{key, value, {}, ProcessingTime{1'767'225'600'000'000}};
    const int32_t place = partition_of(Partitioner::kMurmur2, key, partitions).value() + astray;
    ok(producer->produce({topic, Partition{place % partitions}}, std::span{&record, 1}));
  }
  ok(producer->commit());
}

void Operator::set_topology(const std::string& text) {
  write(folder_.path() + "/topology.yaml", replaced(text, "NAME", name_));
}

std::vector<PartitionPosition> Operator::ends(const std::string& topic) {
  std::vector<TopicPartition> partitions;
  for (int32_t i = 0, count = partitions_of(topic); i < count; ++i)
    partitions.push_back({topic, Partition{i}});
  return patiently([&] { return admin_->offsets(partitions, OffsetEdge::kEnd, Isolation::kReadCommitted); });
}

std::vector<OwnedRecord> Operator::read(const std::string& topic) {
  auto reader = ok(client_->reader(Isolation::kReadCommitted, name_ + "-auditor"));
  std::vector<OwnedRecord> records;
  for (const PartitionPosition& end : ends(topic)) {
    const PartitionPosition start{end.partition, Offset{0}};
    ok(reader->assign(std::span{&start, 1}));
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      REQUIRE(std::chrono::steady_clock::now() < until);
      auto batch = reader->fetch(end.partition, 1000);
      if (!batch.ok()) continue;
      for (const RecordView& view : batch->records) records.push_back(copy_of(view));
      if (batch->end_of_partition && *batch->end_of_partition >= end.offset) break;
      reader->wait(std::chrono::milliseconds{50});
    }
  }
  return records;
}

std::vector<OwnedRecord> Operator::read_until(const std::string& topic,
                                              std::function<bool(const std::vector<OwnedRecord>&)> holds) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  std::vector<OwnedRecord> records = read(topic);
  while (!holds(records) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    records = read(topic);
  }
  return records;
}

ProgramResult Operator::state(const std::string& step, const std::vector<std::string>& options) const {
  std::vector<std::string> words = {"state", "--config", folder_.path() + "/pactolus.yaml", "--step", step};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(folder_.path() + "/topology.yaml");
  return run_program(words);
}

ProgramResult Operator::why(const std::string& step) const {
  return run_program({"why", "--config", folder_.path() + "/pactolus.yaml", "--step", step,
                      folder_.path() + "/topology.yaml"});
}

std::unique_ptr<Program> Operator::start() const {
  std::string settings = folder_.path() + "/pactolus.yaml";
  std::string topology = folder_.path() + "/topology.yaml";
  return std::make_unique<Program>(std::vector<std::string>{"run", "--config", settings, topology});
}

}  // namespace pactolus::testing
