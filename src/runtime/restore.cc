#include "runtime/restore.h"

#include <algorithm>

namespace pactolus {
namespace {

std::string number(Offset offset) { return std::to_string(offset.value()); }

}  // namespace

TaskRestore::TaskRestore(Task& task, std::vector<CommittedOffset> committed, std::vector<Offset> starts,
                         Offset log_start, Offset target)
    : task_(task),
      committed_(std::move(committed)),
      starts_(std::move(starts)),
      next_(log_start),
      target_(target),
      complete_(log_start >= target) {}

Result<void> TaskRestore::apply(const FetchedBatch& batch) {
  for (const RecordView& record : batch.records) {
    auto applied = apply_record(record);
    if (!applied) {
      return std::move(applied).error().within("changelog of task " + to_string(task_.id()) + " at offset " +
                                               number(record.offset));
    }
    next_ = next(record.offset);
  }
  if (batch.end_of_partition) {
    next_ = std::max(next_, *batch.end_of_partition);
    complete_ = complete_ || *batch.end_of_partition >= target_;
  }
  return {};
}

Result<void> TaskRestore::apply_record(const RecordView& record) {
  if (!record.value) return Error{"a record without value: somebody else writes to this topic"};
  ChangelogRecord decoded = PACTOLUS_TRY(decode_changelog_record(*record.value));
  const ChangelogHeader& header = decoded.header;
  if (header.task != task_.id()) return Error{"a record of another task: " + to_string(header.task)};
  PACTOLUS_TRY(check_first(header));
  bool follows = header.sequence == sequence_ + 1 || sequence_ == 0;
  if (!follows) {
    return Error{"transaction " + std::to_string(header.sequence) + " follows " + std::to_string(sequence_) +
                 ": transactions are missing or repeated"};
  }
  if ((header.flags & ChangelogHeader::kEndOfRound) != 0) awaits_round_end_ = false;
  switch (header.kind) {
    case ChangelogKind::kLayout:
      open_sequence_ = header.sequence;
      return apply_layouts(decoded.body);
    case ChangelogKind::kBlock:
      open_sequence_ = header.sequence;
      return apply_block(decoded.body);
    case ChangelogKind::kEpoch:
      break;
  }
  return apply_epoch(header, decoded.body);
}

Result<void> TaskRestore::check_first(const ChangelogHeader& header) {
  if (seen_any_) return {};
  seen_any_ = true;
  if ((header.flags & ChangelogHeader::kGenesis) != 0) return {};
  if ((header.flags & ChangelogHeader::kFirstOfRound) == 0) {
    return Error{"its beginning is missing: the first record is of transaction " +
                 std::to_string(header.sequence) + ", neither the task's first nor the first of a round"};
  }
  awaits_round_end_ = true;
  return {};
}

Result<void> TaskRestore::apply_layouts(std::string_view body) {
  layouts_hash_ = layouts_hash(body);
  for (const TableLayout& layout : PACTOLUS_TRY(decode_layouts(body))) {
    StateTable* table = task_.state().find(layout.step(), layout.table());
    if (table == nullptr) continue;  // the step is gone; its state goes with it
    RowMapping mapping(layout, table->layout());
    if (!mapping.refusal().empty()) return Error{mapping.refusal()};
    mappings_.insert_or_assign(layout.hash(), std::move(mapping));
  }
  return {};
}

Result<void> TaskRestore::apply_block(std::string_view body) {
  return for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
    StateTable* table = task_.state().find(entry.step, entry.table);
    if (table == nullptr) return {};
    auto mapping = mappings_.find(entry.layout_hash);
    if (mapping == mappings_.end()) {
      return Error{"entries of step `" + std::string(entry.step) + "` have no layout descriptor before them"};
    }
    if (!table->restore(entry.change, mapping->second)) {
      return Error{"malformed entry of step `" + std::string(entry.step) + "`"};
    }
    return {};
  });
}

Result<void> TaskRestore::apply_epoch(const ChangelogHeader& header, std::string_view body) {
  epoch_ = PACTOLUS_TRY(decode_epoch(body));
  sequence_ = header.sequence;
  open_sequence_ = 0;
  return {};
}

Result<TaskLog> TaskRestore::finish(const TaskLog::Identity& identity, Logger& logger) {
  std::string task = to_string(task_.id());
  if (open_sequence_ != 0 || awaits_round_end_)
    return Error{"changelog of task " + task + " ends amid a transaction or round"};
  EpochRecord epoch = epoch_.value_or(EpochRecord{});
  for (size_t i = 0; i < task_.inputs().size(); ++i) PACTOLUS_TRY(reconcile(i, epoch, logger));
  PACTOLUS_TRY(check_tag());
  task_.reset(epoch);
  std::optional<OffsetTag> tag;
  if (!committed_.empty()) tag = decode_offset_tag(committed_.front().metadata);
  return TaskLog(identity, {.sequence = sequence_, .layouts_hash = layouts_hash_, .tag = tag},
                 std::move(epoch));
}

/// Makes the epoch's input agree with the group's offset, or refuses.
Result<void> TaskRestore::reconcile(size_t index, EpochRecord& epoch, Logger& logger) const {
  const TaskInput& input = *task_.inputs()[index];
  std::string name = to_string(input.partition());
  const std::optional<Offset>& group = committed_[index].offset;
  auto found = std::find_if(epoch.inputs.begin(), epoch.inputs.end(),
                            [&](const InputProgress& p) { return p.topic == input.partition().topic; });
  if (found == epoch.inputs.end()) {
    if (group) {
      return Error{"the group has committed offset " + number(*group) + " of " + name +
                   ", but the changelog of task " + to_string(task_.id()) +
                   " knows nothing of it: was the changelog topic deleted? Way out: delete the " +
                   "group's offsets to begin anew"};
    }
    epoch.inputs.push_back(input.progress());
    epoch.inputs.back().offset = starts_[index];
    return {};
  }
  if (found->partitions != input.progress().partitions) {
    return Error{
        "topic " + found->topic + " had " + std::to_string(found->partitions) + " partitions and has " +
        std::to_string(input.progress().partitions) + ": keys would move between tasks. Way out: a new " +
        "application (another topology name) that replays the topic, or `repartition: {partitions: N}`"};
  }
  if (!group) {
    logger.warn("{}: the group's offset is gone; going on from the changelog's, {}", name,
                found->offset.value());
    return {};
  }
  if (*group != found->offset) {
    return Error{"the group's committed offset of " + name + " is " + number(*group) +
                 ", the changelog's is " + number(found->offset) +
                 ": something else moved one of them. Way out: set the group's offset to " +
                 number(found->offset) + ", or delete both to begin anew"};
  }
  return {};
}

Result<void> TaskRestore::check_tag() const {
  for (const CommittedOffset& committed : committed_) {
    auto tag = decode_offset_tag(committed.metadata);
    if (!committed.offset || !tag || tag->sequence == sequence_) continue;
    return Error{"the group's offset of " + to_string(committed.partition) +
                 " was committed by transaction " + std::to_string(tag->sequence) +
                 ", the changelog of task " + to_string(task_.id()) + " ends with " +
                 std::to_string(sequence_)};
  }
  return {};
}

}  // namespace pactolus
