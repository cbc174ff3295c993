#include "runtime/simulation.h"

#include <catch2/catch.hpp>

#include "config/document.h"
#include "topology/load.h"

namespace pactolus::testing {

std::unique_ptr<const Plan> plan_of(const std::string& yaml) {
  Diagnostics diagnostics;
  auto document = Document::parse("test.yaml", yaml, diagnostics);
  std::unique_ptr<const Plan> plan;
  if (document) plan = load_topology(*document, {}, diagnostics);
  std::string findings;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) findings += render(diagnostic, yaml);
  INFO(findings);
  REQUIRE(plan != nullptr);
  return plan;
}

Simulation::Simulation(const std::string& yaml, int32_t partitions, std::vector<std::string> sources,
                       std::vector<std::string> sinks)
    : partitions_(partitions), plan_(plan_of(yaml)) {
  for (const auto& names : {sources, sinks}) {
    for (const std::string& name : names) log_.create_topic({name, partitions, 1, {}});
  }
  auto admin = client_.admin();
  auto topics = prepare_topics(*plan_, 1, **admin);
  if (!topics) FAIL(topics.error().message);
  topics_ = std::make_unique<PreparedTopics>(std::move(*topics));
  context_ = std::make_unique<TaskContext>(TaskContext{*plan_, topics_->map, topics_->output_partitions});
}

void Simulation::append(const std::string& topic, int32_t partition, const std::string& key,
                        const std::string& value, ProcessingTime timestamp) {
  log_.append({topic, Partition{partition}}, OutgoingRecord{key, value, {}, timestamp});
}

void Simulation::start(int number) {
  if (workers_.size() <= static_cast<size_t>(number)) workers_.resize(number + 1);
  if (workers_[number] != nullptr) return;
  WorkerOptions options{.instance = "host",
                        .number = number,
                        .nonce = ++lives_,
                        .results_at_once = results_at_once_,
                        .state = state_of_(number)};
  workers_[number] = std::make_unique<Worker>(options, *context_, client_, clock_, *logger_);
}

void Simulation::kill(int number) {
  if (runs(number)) workers_[number].reset();
}

bool Simulation::turn(int number) {
  if (!runs(number)) return false;
  auto turned = workers_[number]->turn();
  if (!turned) FAIL(turned.error().message);
  return *turned != Turn::kQuiet;
}

void Simulation::drain() {
  constexpr int kTurnsMax = 200'000;
  constexpr int kQuietTurns = 200;
  int quiet = 0;
  for (int i = 0; i < kTurnsMax && quiet < kQuietTurns; ++i) {
    bool busy = false;
    for (int number = 0; number < static_cast<int>(workers_.size()); ++number) busy = turn(number) || busy;
    clock_.advance(std::chrono::milliseconds{100});
    quiet = busy ? 0 : quiet + 1;
  }
  REQUIRE(quiet == kQuietTurns);
}

void Simulation::end() {
  drain();
  for (auto& worker : workers_) {
    if (worker == nullptr) continue;
    for (Task* task : worker->tasks()) task->end_inputs();
  }
  drain();
}

std::vector<std::string> Simulation::values(const std::string& topic, int32_t partition) const {
  std::vector<std::string> values;
  for (const OwnedRecord& record : log_.read({topic, Partition{partition}}, Isolation::kReadCommitted)) {
    values.push_back(record.value.value_or("(tombstone)"));
  }
  return values;
}

std::vector<std::string> Simulation::all_values(const std::string& topic) const {
  std::vector<std::string> all;
  for (int32_t partition = 0; partition < partitions_; ++partition) {
    for (std::string& value : values(topic, partition)) all.push_back(std::move(value));
  }
  return all;
}

}  // namespace pactolus::testing
