#pragma once

#include <map>
#include <string>
#include <vector>

#include "log/owned_record.h"
#include "log/ports.h"

namespace pactolus::testing {

/// Everything that a read_committed reader has seen of a topic, partition by partition. Threads: one.
class TopicFollower {
 public:
  TopicFollower(LogClient& client, std::string topic, int32_t partitions);

  /// Reads on to the end. Fails the test if that takes more than kPatience.
  void read();
  const std::vector<OwnedRecord>& records(int32_t partition) const { return records_.at(partition); }
  size_t size() const;
  /// Of all partitions.
  std::vector<std::string> values() const;

 private:
  void read_partition(int32_t partition);

  std::string topic_;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<Reader> reader_;
  std::vector<std::optional<Offset>> next_;  // none: from what is there
  std::vector<std::vector<OwnedRecord>> records_;
};

}  // namespace pactolus::testing
