#include "log/memory_group.h"

#include <algorithm>

#include "base/check.h"
#include "log/memory_range_assignor.h"

namespace pactolus {

namespace {

/// Sorted, each once: subscriptions are compared.
std::vector<std::string> as_set(std::vector<std::string> topics) {
  std::ranges::sort(topics);
  topics.erase(std::ranges::unique(topics).begin(), topics.end());
  return topics;
}

}  // namespace

std::string MemoryGroup::join(MemoryGroupJoin join, ProcessingTime now) {
  join.topics = as_set(std::move(join.topics));
  const std::string& name = join.instance_id.empty() ? join.client_id : join.instance_id;
  std::string member_id = name + "-" + std::to_string(++members_ever_);
  Member member{std::move(join), now, Phase::kJoined, {}};
  auto old = find_instance(member.join.instance_id);
  if (old != members_.end()) return take_place(old, member_id, std::move(member));
  members_.emplace(member_id, std::move(member));
  rebalance();
  return member_id;
}

std::string MemoryGroup::take_place(Members::iterator old, const std::string& member_id, Member member) {
  bool as_before = old->second.join.topics == member.join.topics;
  if (as_before && settled()) {
    member.phase = Phase::kAssignmentDue;
    member.partitions = std::move(old->second.partitions);
  }
  members_.erase(old);
  members_.emplace(member_id, std::move(member));
  if (as_before) {
    open_generation_if_all_joined();
  } else {
    rebalance();
  }
  return member_id;
}

void MemoryGroup::subscribe(const std::string& member_id, const std::vector<std::string>& topics) {
  Member& member = members_.at(member_id);
  std::vector<std::string> wanted = as_set(topics);
  if (member.join.topics == wanted) return;
  member.join.topics = std::move(wanted);
  rebalance();
}

void MemoryGroup::leave(const std::string& member_id) {
  if (members_.erase(member_id) > 0) rebalance();
}

GroupEvent MemoryGroup::poll(const std::string& member_id, ProcessingTime now) {
  Member& member = members_.at(member_id);
  member.seen = now;
  if (member.phase == Phase::kRevokeDue) {
    member.phase = Phase::kRevoking;
    return Revoked{};
  }
  if (member.phase == Phase::kAssignmentDue) {
    member.phase = Phase::kOwning;
    return Assigned{member.partitions};
  }
  return {};
}

bool MemoryGroup::event_due(const std::string& member_id) const {
  Phase phase = members_.at(member_id).phase;
  return phase == Phase::kRevokeDue || phase == Phase::kAssignmentDue;
}

void MemoryGroup::revoked(const std::string& member_id) {
  Member& member = members_.at(member_id);
  PACTOLUS_CHECK(member.phase == Phase::kRevoking);
  member.phase = Phase::kJoined;
  member.partitions.clear();
  open_generation_if_all_joined();
}

bool MemoryGroup::has_instance(const std::string& instance_id) const {
  return !instance_id.empty() && std::ranges::any_of(members_, [&](const auto& member) {
    return member.second.join.instance_id == instance_id;
  });
}

MemoryGroup::Members::iterator MemoryGroup::find_instance(const std::string& instance_id) {
  if (instance_id.empty()) return members_.end();
  return std::ranges::find_if(
      members_, [&](const auto& member) { return member.second.join.instance_id == instance_id; });
}

std::vector<std::string> MemoryGroup::clients() const {
  std::vector<std::string> ids;
  for (const auto& [id, member] : members_) ids.push_back(member.join.client_id);
  return ids;
}

ProcessingTime MemoryGroup::expire(ProcessingTime now) {
  auto session_end = [](const Member& member) { return member.seen + member.join.session_timeout; };
  size_t removed =
      std::erase_if(members_, [&](const auto& member) { return session_end(member.second) <= now; });
  if (removed > 0) rebalance();
  ProcessingTime next_end = ProcessingTime::max();
  for (const auto& [id, member] : members_) next_end = std::min(next_end, session_end(member));
  return next_end;
}

void MemoryGroup::topic_created(const std::string& topic) {
  bool wanted = std::ranges::any_of(members_, [&](const auto& member) {
    return std::ranges::binary_search(member.second.join.topics, topic);
  });
  if (wanted) rebalance();
}

CommittedOffset MemoryGroup::committed(const TopicPartition& partition) const {
  auto found = offsets_.find(partition);
  if (found == offsets_.end()) return {partition, std::nullopt, {}};
  return {partition, found->second.offset, found->second.metadata};
}

bool MemoryGroup::settled() const {
  return std::ranges::all_of(members_, [](const auto& member) {
    return member.second.phase == Phase::kOwning || member.second.phase == Phase::kAssignmentDue;
  });
}

void MemoryGroup::rebalance() {
  for (auto& [id, member] : members_) {
    if (member.phase == Phase::kAssignmentDue ||
        (member.phase == Phase::kOwning && member.partitions.empty())) {
      member.phase = Phase::kJoined;
    } else if (member.phase == Phase::kOwning) {
      member.phase = Phase::kRevokeDue;
    }
  }
  if (members_.empty()) ++generation_;
  open_generation_if_all_joined();
}

void MemoryGroup::open_generation_if_all_joined() {
  auto joined = [](const auto& member) { return member.second.phase == Phase::kJoined; };
  if (members_.empty() || !std::ranges::all_of(members_, joined)) return;
  ++generation_;
  std::map<std::string, std::vector<std::string>> subscriptions;
  // A static member's id begins with its instance id, but not every order of ids is that of instance ids.
  auto sorting_key = [](const auto& id, const Member& member) {
    return member.join.instance_id.empty() ? id : member.join.instance_id;
  };
  for (const auto& [id, member] : members_) subscriptions[sorting_key(id, member)] = member.join.topics;
  auto assignment = assign_ranges(subscriptions, topics_);
  for (auto& [id, member] : members_) {
    member.phase = Phase::kAssignmentDue;
    member.partitions = std::move(assignment[sorting_key(id, member)]);
  }
}

}  // namespace pactolus
