#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/ports.h"

namespace pactolus::demo {

/// Reads some topics from their beginning, committed records only, each once, and goes on as they grow.
/// Threads: one.
class TopicFollower {
 public:
  using OnRecord = std::function<void(const TopicPartition& partition, const RecordView& record)>;

  /// Refuses topics whose first records are deleted already: what they said can't be checked any more.
  static Result<std::unique_ptr<TopicFollower>> open(LogClient& client, std::span<const std::string> topics);

  /// Hands over what has arrived. The record's memory lives for the call.
  Result<void> poll(const OnRecord& on_record);
  /// Waits for records, at most so long.
  void wait(Duration timeout) { reader_->wait(timeout); }
  /// Remembers where the topics end now, for has_reached_ends().
  Result<void> note_ends();
  /// Everything before the noted ends was handed over.
  bool has_reached_ends() const;

 private:
  TopicFollower(std::unique_ptr<Admin> admin, std::unique_ptr<Reader> reader,
                std::vector<TopicPartition> partitions);

  std::unique_ptr<Admin> admin_;
  std::unique_ptr<Reader> reader_;
  std::vector<TopicPartition> partitions_;
  std::map<TopicPartition, Offset> positions_;  // all below was handed over
  std::map<TopicPartition, Offset> ends_;
};

}  // namespace pactolus::demo
