#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "replay/run_log.h"

namespace pactolus {

/// A virtual run's log on a real cluster, through the ports alone: each record that is appended is a
/// transaction of its own. What it reads says the offsets of refused records as if transactions left no marks
/// between them, as in memory. Borrows the client. Threads: one.
class KafkaRunLog final : public RunLog {
 public:
  /// `name`: unique in the cluster.
  KafkaRunLog(LogClient& client, std::string name) : client_(client), name_(std::move(name)) {}

  LogClient& client() override { return client_; }
  Duration timeout_max() const override { return std::chrono::seconds{60}; }
  Result<void> append(const TopicPartition& partition, const OutgoingRecord& record) override;
  Result<std::vector<OwnedRecord>> read(const TopicPartition& partition) override;
  bool wait(int times) override;

 private:
  using Instant = std::chrono::steady_clock::time_point;
  LogResult<void> connect();
  LogResult<void> connect_producer();
  LogResult<void> append_now(const TopicPartition& partition, const OutgoingRecord& record);
  LogResult<std::vector<OwnedRecord>> read_now(const TopicPartition& partition);
  void count_offset(OwnedRecord& record) const;

  LogClient& client_;
  const std::string name_;
  std::unique_ptr<TransactionalProducer> producer_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Admin> admin_;
  std::map<TopicPartition, std::vector<Offset>> appended_;
  Instant waiting_since_;
};

}  // namespace pactolus
