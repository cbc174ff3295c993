#include "runtime/task_log.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace pactolus {

uint64_t layouts_hash(std::string_view encoded_layouts) {
  return XXH3_64bits(encoded_layouts.data(), encoded_layouts.size());
}

TaskLog::TaskLog(Identity identity, const Restored& restored, EpochRecord epoch)
    : identity_(std::move(identity)),
      sequence_(restored.sequence),
      layouts_hash_(restored.layouts_hash),
      tag_(restored.tag),
      committed_epoch_(std::move(epoch)) {}

OffsetTag TaskLog::tag_if_committed(const Task& task) const {
  return {task.id(), sequence_ + 1, identity_.nonce};
}

void TaskLog::write(Task& task, Outgoing& out) {
  std::string layouts = encode_layouts(task.state());
  layouts_hash_written_ = layouts_hash(layouts);
  if (layouts_hash_written_ != layouts_hash_) add(ChangelogKind::kLayout, task, layouts, out);

  BlockWriter blocks;
  for (const auto& table : task.state().tables()) {
    table->for_each_change([&](const StateChange& change) { blocks.add(table->layout(), change); });
  }
  for (const std::string& body : blocks.finish()) add(ChangelogKind::kBlock, task, body, out);

  written_epoch_ = task.epoch();
  written_epoch_.nonce = identity_.nonce;
  written_epoch_.task_map_hash = identity_.task_map_hash;
  written_epoch_.round = committed_epoch_.round;
  add(ChangelogKind::kEpoch, task, encode_epoch(written_epoch_), out);
  add_decisions(task, out);
}

void TaskLog::add_decisions(const Task& task, Outgoing& out) const {
  if (task.decisions().empty()) return;
  DecisionRecord record{.task = task.id(), .sequence = sequence_ + 1, .inputs = {}, .decisions = {}};
  for (const auto& input : task.inputs()) record.inputs.push_back(input->partition().topic);
  record.decisions.assign(task.decisions().begin(), task.decisions().end());
  out.add(identity_.decisions, to_string(task.id()), encode_decisions(record), task.record_time());
}

void TaskLog::add(ChangelogKind kind, const Task& task, std::string_view body, Outgoing& out) const {
  ChangelogHeader header{.kind = kind, .task = task.id(), .sequence = sequence_ + 1};
  if (header.sequence == 1) header.flags = ChangelogHeader::kGenesis;
  ProcessingTime timestamp = task.record_time();
  out.add(identity_.changelog, record_key(kind), encode_changelog_record(header, body), timestamp);
}

std::vector<OffsetCommit> TaskLog::offsets(const Task& task) const {
  std::string tag = encode_offset_tag(tag_if_committed(task));
  std::vector<OffsetCommit> commits;
  for (const auto& input : task.inputs())
    commits.push_back({input->partition(), input->progress().offset, tag});
  return commits;
}

void TaskLog::committed(Task& task) {
  tag_ = tag_if_committed(task);
  ++sequence_;
  layouts_hash_ = layouts_hash_written_;
  committed_epoch_ = std::move(written_epoch_);
  task.state().commit();
  task.mark_committed();
}

void TaskLog::aborted(Task& task) {
  task.state().rollback();
  task.reset(committed_epoch_);
}

}  // namespace pactolus
