#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "conformance/log_conformance.h"

namespace pactolus::conformance {

/// A group member that answers its events as a worker does, and notes them.
class Driver {
 public:
  Driver(Cluster& cluster, const std::string& group, const std::string& instance_id)
      : Driver(cluster, group, instance_id, cluster.log().session_timeout()) {}
  Driver(Cluster& cluster, const std::string& group, const std::string& instance_id, Duration session)
      : member_(ok(cluster.client().group_member({group, instance_id, "client-" + instance_id, session}))) {}

  GroupMember& operator*() { return *member_; }
  GroupMember* operator->() { return member_.get(); }

  void subscribe(const std::vector<std::string>& topics) { ok(member_->subscribe(topics)); }
  /// One poll; a revoke is answered only while `answers_revokes`.
  void turn();
  void answer_revoke();
  /// Dies without a word; its place in the group stays until the session ends.
  void crash() { member_.reset(); }

  bool has(const std::set<TopicPartition>& partitions) const { return assigned && held == partitions; }

  std::set<TopicPartition> held;
  bool assigned = false;  // told so, and not revoked since
  bool answers_revokes = true;
  bool revoke_unanswered = false;
  int assignments = 0;
  int revocations = 0;  // those with time to commit
  int losses = 0;
  bool twin = false;
  bool two_in_a_row = false;  // partitions assigned on top of others without a revoke between

 private:
  void take(const std::vector<TopicPartition>& partitions);

  std::unique_ptr<GroupMember> member_;
};

/// Polls all the drivers until `holds()`; false if that takes too long.
template <class Predicate>
bool drive(Cluster& cluster, std::initializer_list<Driver*> drivers, Predicate holds) {
  return eventually(cluster.log(), [&] {
    for (Driver* driver : drivers) driver->turn();
    return holds();
  });
}

/// Partitions `from` to `to` of a topic, both included.
std::set<TopicPartition> partitions(const std::string& topic, int32_t from, int32_t to);

}  // namespace pactolus::conformance
