#include "log/memory_group_member.h"

#include <algorithm>

namespace pactolus {

MemoryGroupMember::MemoryGroupMember(MemoryCluster& cluster, GroupMemberOptions options)
    : cluster_(cluster),
      options_(std::move(options)),
      reader_(cluster, Isolation::kReadCommitted, options_.client_id, this) {}

const std::string& MemoryGroupMember::name() const {
  return options_.instance_id.empty() ? options_.client_id : options_.instance_id;
}

LogResult<void> MemoryGroupMember::subscribe(std::span<const std::string> topics) {
  auto lock = cluster_.enter();
  if (closed_) return LogError{LogErrorKind::kFatal, "subscribe of a closed group member"};
  topics_.assign(topics.begin(), topics.end());
  if (member_id_.empty()) {
    join();
  } else if (group().has_member(member_id_)) {
    group().subscribe(member_id_, topics_);
  }  // else the next poll() learns that we were removed, and joins with the new topics
  cluster_.notify();
  return {};
}

void MemoryGroupMember::join() {
  const ProcessingTime now = cluster_.now();
  member_id_ =
      group().join({options_.client_id, options_.instance_id, topics_, options_.session_timeout}, now);
  cluster_.due_at(now + options_.session_timeout);
  cluster_.notify();
}

LogResult<GroupEvent> MemoryGroupMember::poll() {
  if (cluster_.fault(LogRequest::kPoll, name()) != LogFault::kNone) {
    return LogError{LogErrorKind::kRetry, "group coordinator does not answer: " + options_.group};
  }
  auto lock = cluster_.enter();
  if (closed_) return LogError{LogErrorKind::kFatal, "poll of a closed group member"};
  if (member_id_.empty() || holding_ == Holding::kUntilDropped) return GroupEvent{};
  if (!group().has_member(member_id_)) return poll_removed();
  GroupEvent event = group().poll(member_id_, cluster_.now());
  if (std::holds_alternative<Assigned>(event)) {
    generation_ = group().generation();
    holding_ = Holding::kPartitions;
  } else if (std::holds_alternative<Revoked>(event)) {
    holding_ = Holding::kUntilRevoked;
  }
  return event;
}

LogResult<GroupEvent> MemoryGroupMember::poll_removed() {
  if (group().has_instance(options_.instance_id)) {
    return LogError{LogErrorKind::kTwin,
                    "another member of group " + options_.group + " runs as " + options_.instance_id};
  }
  generation_ = -1;
  if (holding_ == Holding::kNothing) {
    join();
    return GroupEvent{};
  }
  holding_ = Holding::kUntilDropped;
  return GroupEvent{Revoked{.lost = true}};
}

void MemoryGroupMember::assigned() {
  if (holding_ == Holding::kUntilRevoked) {
    generation_ = -1;
    holding_ = Holding::kNothing;
    if (group().has_member(member_id_)) group().revoked(member_id_);
  } else if (holding_ == Holding::kUntilDropped) {
    holding_ = Holding::kNothing;
    join();
  }
}

bool MemoryGroupMember::event_due() {
  if (closed_ || member_id_.empty() || holding_ == Holding::kUntilDropped) return false;
  return !group().has_member(member_id_) || group().event_due(member_id_);
}

LogResult<std::unique_ptr<GroupMetadata>> MemoryGroupMember::metadata() {
  auto metadata = std::make_unique<MemoryGroupMetadata>();
  metadata->group = options_.group;
  metadata->member_id = member_id_;
  metadata->generation_id = generation_;
  return std::unique_ptr<GroupMetadata>{std::move(metadata)};
}

LogResult<std::vector<CommittedOffset>> MemoryGroupMember::committed(
    std::span<const TopicPartition> partitions, Duration timeout) {
  if (cluster_.fault(LogRequest::kCommitted, name()) != LogFault::kNone) {
    return LogError{LogErrorKind::kRetry, "committed offsets got no answer: " + options_.group};
  }
  auto lock = cluster_.enter();
  bool stable = cluster_.wait(lock, timeout, [&] {
    return std::ranges::none_of(partitions, [&](const auto& partition) {
      return cluster_.transactions.holds(options_.group, partition);
    });
  });
  if (!stable) {
    return LogError{LogErrorKind::kRetry, "an open transaction holds offsets of group " + options_.group};
  }
  std::vector<CommittedOffset> offsets;
  for (const TopicPartition& partition : partitions) offsets.push_back(group().committed(partition));
  return offsets;
}

void MemoryGroupMember::close() {
  {
    auto lock = cluster_.enter();
    if (closed_) return;
    closed_ = true;
    holding_ = Holding::kNothing;
    generation_ = -1;
    if (options_.instance_id.empty()) group().leave(member_id_);
    cluster_.notify();
  }
  (void)reader_.assign({});
}

}  // namespace pactolus
