#pragma once

#include <map>
#include <string>

#include "log/memory_cluster.h"
#include "log/ports.h"

namespace pactolus {

/// Reader of a MemoryLog: by itself, or as part of a group member.
class MemoryReader final : public Reader {
 public:
  /// The group member that a reader belongs to. Called with the cluster's lock held.
  class Member {
   public:
    virtual ~Member() = default;
    virtual void assigned() = 0;
    virtual bool event_due() = 0;
  };

  /// `member`, null for a reader by itself, outlives the reader.
  MemoryReader(MemoryCluster& cluster, Isolation isolation, std::string client_id, Member* member = nullptr)
      : cluster_(cluster), isolation_(isolation), client_id_(std::move(client_id)), member_(member) {}

  LogResult<void> assign(std::span<const PartitionPosition> positions) override;
  LogResult<FetchedBatch> fetch(const TopicPartition& partition, size_t records_max) override;
  void wait(Duration timeout) override;
  void wake() override;

 private:
  struct Position {
    Offset next;
    bool found_empty = false;            // by the last fetch()
    std::optional<Offset> end_reported;  // each end is told once
  };

  bool something_to_do();

  MemoryCluster& cluster_;
  const Isolation isolation_;
  const std::string client_id_;
  Member* const member_;
  std::map<TopicPartition, Position> positions_;
  bool woken_ = false;  // guarded by the cluster's lock
};

}  // namespace pactolus
