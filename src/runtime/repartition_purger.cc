#include "runtime/repartition_purger.h"

namespace pactolus {

void RepartitionPurger::purge(const std::vector<std::unique_ptr<TaskSlot>>& slots, Admin& admin) {
  if (deletion_ != nullptr) take_outcome();
  if (deletion_ != nullptr || clock_.now() - last_ < interval_) return;
  last_ = clock_.now();
  std::vector<PartitionPosition> before;
  for (const auto& slot : slots) {
    for (const InputProgress& committed : slot->log.committed_epoch().inputs) {
      if (context_.is_repartition(committed.topic))
        before.push_back({{committed.topic, slot->task->id().partition}, committed.offset});
    }
  }
  if (before.empty()) return;
  pass(probe_, "before purge");
  deletion_ = admin.delete_records(before);
  take_outcome();
}

void RepartitionPurger::take_outcome() {
  const auto deleted = deletion_->outcome();
  if (!deleted) return;
  deletion_.reset();
  pass(probe_, "after purge");
  if (!deleted->ok()) logger_.debug("cannot purge repartition topics: {}", deleted->error().message);
}

}  // namespace pactolus
