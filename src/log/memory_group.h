#pragma once

#include <map>
#include <string>
#include <vector>

#include "log/memory_topics.h"
#include "log/ports.h"

namespace pactolus {

/// What a member says of itself when it joins.
struct MemoryGroupJoin {
  std::string client_id;
  std::string instance_id;  // empty: a dynamic member
  std::vector<std::string> topics;
  Duration session_timeout{};
};

/// One consumer group as its coordinator sees it: generations, the eager protocol, static membership and
/// committed offsets. Guarded by the cluster's lock.
///
/// A rebalance takes the partitions of every member, waits for all their answers, then opens a new generation
/// with the `range` assignment. A member that stays away longer than its session is removed, which is a
/// rebalance too.
class MemoryGroup {
 public:
  explicit MemoryGroup(const MemoryTopics& topics) : topics_(topics) {}

  /// A new member id. A static member takes the place of the one with its instance id: with the same
  /// subscription in a settled group it gets the old assignment, and nobody else notices.
  std::string join(MemoryGroupJoin join, ProcessingTime now);
  void subscribe(const std::string& member_id, const std::vector<std::string>& topics);
  void leave(const std::string& member_id);
  /// Keeps the member's session alive and gives its next event.
  GroupEvent poll(const std::string& member_id, ProcessingTime now);
  bool event_due(const std::string& member_id) const;
  /// The member has let go of what was revoked.
  void revoked(const std::string& member_id);

  bool has_member(const std::string& member_id) const { return members_.contains(member_id); }
  bool has_instance(const std::string& instance_id) const;
  int32_t generation() const { return generation_; }
  std::vector<std::string> clients() const;

  /// Removes the members whose session ended; returns when the next one ends.
  ProcessingTime expire(ProcessingTime now);
  /// A topic came into being: deals anew if somebody waits for it.
  void topic_created(const std::string& topic);

  void store(const OffsetCommit& offset) { offsets_[offset.partition] = offset; }
  CommittedOffset committed(const TopicPartition& partition) const;

 private:
  enum class Phase : uint8_t {
    kJoined,         // owns nothing and waits for the next generation
    kAssignmentDue,  // has partitions of this generation, but was not told yet
    kOwning,
    kRevokeDue,  // must let go, but was not told yet
    kRevoking,   // was told
  };
  struct Member {
    MemoryGroupJoin join;
    ProcessingTime seen;
    Phase phase = Phase::kJoined;
    std::vector<TopicPartition> partitions;
  };
  using Members = std::map<std::string, Member>;  // by member id

  Members::iterator find_instance(const std::string& instance_id);
  std::string take_place(Members::iterator old, const std::string& member_id, Member member);
  bool settled() const;
  void rebalance();
  void open_generation_if_all_joined();

  const MemoryTopics& topics_;
  Members members_;
  int64_t members_ever_ = 0;
  int32_t generation_ = 0;
  std::map<TopicPartition, OffsetCommit> offsets_;
};

}  // namespace pactolus
