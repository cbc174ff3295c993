#include "conformance/group_driver.h"

namespace pactolus::conformance {

void Driver::turn() {
  auto event = member_->poll();
  if (!event.ok()) {
    twin = twin || event.error().kind == LogErrorKind::kTwin;
    if (!twin && event.error().kind != LogErrorKind::kRetry) FAIL(event.error().message);
    return;
  }
  if (const auto* given = std::get_if<Assigned>(&*event)) take(given->partitions);
  if (const auto* revoked = std::get_if<Revoked>(&*event)) {
    ++(revoked->lost ? losses : revocations);
    revoke_unanswered = true;
  }
  if (revoke_unanswered && answers_revokes) answer_revoke();
}

void Driver::take(const std::vector<TopicPartition>& partitions) {
  two_in_a_row = two_in_a_row || !held.empty();
  ++assignments;
  assigned = true;
  held = {partitions.begin(), partitions.end()};
  std::vector<PartitionPosition> positions;
  for (const TopicPartition& partition : partitions) positions.push_back({partition, Offset{0}});
  ok(member_->reader().assign(positions));
}

void Driver::answer_revoke() {
  revoke_unanswered = false;
  assigned = false;
  held.clear();
  ok(member_->reader().assign({}));
}

std::set<TopicPartition> partitions(const std::string& topic, int32_t from, int32_t to) {
  std::set<TopicPartition> result;
  for (int32_t p = from; p <= to; ++p) result.insert({topic, Partition{p}});
  return result;
}

}  // namespace pactolus::conformance
