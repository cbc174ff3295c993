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
      complete_(log_start >= target),
      start_(log_start) {}

std::string TaskRestore::refusal(const CheckpointMark& mark, const Task& task, Offset log_start,
                                 Offset target) {
  if (mark.task != task.id()) return "it is of task " + to_string(mark.task);
  if (mark.layouts_hash != layouts_hash(task)) return "its tables have another layout";
  if (mark.changelog_end > target) {
    return "it is of changelog offset " + number(mark.changelog_end) + ", and the changelog ends at " +
           number(target) + ": it was truncated or made anew";
  }
  if (mark.changelog_end <= log_start) {
    return "it is of changelog offset " + number(mark.changelog_end) + ", and the changelog begins at " +
           number(log_start);
  }
  return {};
}

void TaskRestore::begin_at(CheckpointMark mark) {
  disk_end_ = mark.changelog_end;
  next_ = Offset{mark.changelog_end.value() - 1};
  complete_ = false;
  order_.begin_behind(mark.sequence, mark.awaited_round);
  counted_round_ = mark.epoch.round.number;
  place_ = {.sequence = mark.sequence,
            .layouts_hash = mark.layouts_hash,
            .end = mark.changelog_end,
            .record_hash = mark.record_hash,
            .log_bytes = mark.log_bytes,
            .round_bytes = mark.round_bytes};
  layouts_hash_ = mark.layouts_hash;
  log_bytes_ = mark.log_bytes;
  round_bytes_ = mark.round_bytes;
  epoch_ = std::move(mark.epoch);
  for (const auto& table : task_.state().tables())
    mappings_.insert_or_assign(table->layout().hash(), RowMapping(table->layout(), table->layout()));
}

std::optional<CheckpointMark> TaskRestore::mark() const {
  bool possible = !order_.amid_transaction() && place_.sequence > 0 && place_.end &&
                  task_.state().has_disk() && has_own_layouts();
  if (!possible) return std::nullopt;
  return mark_of(task_, place_, *epoch_, order_.awaited_round());
}

Result<void> TaskRestore::apply(const FetchedBatch& batch) {
  for (const RecordView& record : batch.records) {
    if (disk_end_ && !disk_checked_) {
      disk_checked_ = true;
      disk_refused_ = next(record.offset) != *disk_end_ || !record.value ||
                      record_hash(*record.value) != place_.record_hash;
      if (disk_refused_) return {};
      next_ = next(record.offset);
      continue;
    }
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
    disk_refused_ = complete_ && disk_end_ && !disk_checked_;
  }
  return {};
}

Result<void> TaskRestore::apply_record(const RecordView& record) {
  if (!record.value) return Error{"a record without value: somebody else writes to this topic"};
  ChangelogRecord decoded = PACTOLUS_TRY(decode_changelog_record(*record.value));
  const ChangelogHeader& header = decoded.header;
  if (header.task != task_.id()) return Error{"a record of another task: " + to_string(header.task)};
  PACTOLUS_TRY(order_.follow(header));
  bool begins_round = (header.flags & ChangelogHeader::kFirstOfRound) != 0 && header.round != counted_round_;
  if (begins_round) {
    counted_round_ = header.round;
    round_bytes_ = 0;
  }
  log_bytes_ += record.value->size();
  round_bytes_ += record.value->size();
  switch (header.kind) {
    case ChangelogKind::kLayout:
      return apply_layouts(decoded.body);
    case ChangelogKind::kBlock:
      return apply_block(decoded.body);
    case ChangelogKind::kEpoch:
      break;
  }
  return apply_epoch(record, header, decoded.body);
}

Result<void> TaskRestore::apply_layouts(std::string_view body) {
  layouts_hash_ = layouts_hash(body);
  const std::vector<TableLayout> layouts = PACTOLUS_TRY(decode_layouts(body));
  for (const auto& table : task_.state().tables()) {
    // Its step was away for a while, and is new since it came back.
    if (!has_table(layouts, table->layout().step(), table->layout().table())) table->forget();
  }
  for (const TableLayout& layout : layouts) {
    StateTable* table = task_.state().find(layout.step(), layout.table());
    if (table == nullptr) continue;  // the step is gone; its state goes with it
    RowMapping mapping(layout, table->layout());
    if (!mapping.refusal().empty()) return Error{mapping.refusal()};
    mappings_.insert_or_assign(layout.hash(), std::move(mapping));
  }
  return {};
}

/// What the block changes and only the disk holds, in one go.
Result<void> TaskRestore::load_block(std::string_view body) {
  std::map<StateTable*, std::vector<std::string_view>> keys;
  PACTOLUS_TRY(for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
    StateTable* table = task_.state().find(entry.step, entry.table);
    bool wanted =
        table != nullptr && table->partly_on_disk() && entry.change.kind != StateChange::kDeleteWindow;
    if (wanted) keys[table].push_back(entry.change.key);
    return {};
  }));
  for (const auto& [table, entry_keys] : keys) table->load(entry_keys);
  return {};
}

Result<void> TaskRestore::apply_block(std::string_view body) {
  if (!order_.is_base_whole()) PACTOLUS_TRY(load_block(body));
  return for_each_entry(body, [&](const BlockEntry& entry) -> Result<void> {
    StateTable* table = task_.state().find(entry.step, entry.table);
    if (table == nullptr) return {};
    auto mapping = mappings_.find(entry.layout_hash);
    if (mapping == mappings_.end()) {
      return Error{"entries of step `" + std::string(entry.step) + "` have no layout descriptor before them"};
    }
    if (!table->restore(entry.change, mapping->second, order_.is_base_whole())) {
      return Error{"malformed entry, or one that does not fit what was before it, of step `" +
                   std::string(entry.step) + "`"};
    }
    return {};
  });
}

Result<void> TaskRestore::apply_epoch(const RecordView& record, const ChangelogHeader& header,
                                      std::string_view body) {
  epoch_ = PACTOLUS_TRY(decode_epoch(body));
  if ((header.flags & ChangelogHeader::kEndOfRound) != 0) log_bytes_ = round_bytes_;
  place_ = {.sequence = header.sequence,
            .layouts_hash = layouts_hash_,
            .end = next(record.offset),
            .record_hash = record_hash(*record.value),
            .log_bytes = log_bytes_,
            .round_bytes = round_bytes_};
  return {};
}

Result<TaskLog> TaskRestore::finish(const TaskLog::Identity& identity, Logger& logger) {
  std::string task = to_string(task_.id());
  if (!order_.is_whole()) return Error{"changelog of task " + task + " ends amid a transaction or round"};
  EpochRecord epoch = epoch_.value_or(EpochRecord{});
  for (size_t i = 0; i < task_.inputs().size(); ++i) PACTOLUS_TRY(reconcile(i, epoch, logger));
  PACTOLUS_TRY(check_tag());
  task_.reset(epoch);
  std::optional<OffsetTag> tag;
  if (!committed_.empty()) tag = decode_offset_tag(committed_.front().metadata);
  return TaskLog(identity, place_, start_, tag, std::move(epoch));
}

bool TaskRestore::round_may_go_on() const {
  return disk_end_ && epoch_ && *disk_end_ >= epoch_->round.start && has_own_layouts();
}

/// Makes the epoch's input agree with the group's offset, or refuses.
Result<void> TaskRestore::reconcile(size_t index, EpochRecord& epoch, Logger& logger) const {
  const TaskInput& input = *task_.inputs()[index];
  std::string name = to_string(input.partition());
  const std::optional<Offset>& group = committed_[index].offset;
  auto found = std::find_if(epoch.inputs.begin(), epoch.inputs.end(),
                            [&](const InputProgress& p) { return input.owns(p); });
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
  if (input.plan().is_global()) return {};
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
    if (!committed.offset || !tag || tag->sequence == place_.sequence) continue;
    return Error{"the group's offset of " + to_string(committed.partition) +
                 " was committed by transaction " + std::to_string(tag->sequence) +
                 ", the changelog of task " + to_string(task_.id()) + " ends with " +
                 std::to_string(place_.sequence)};
  }
  return {};
}

}  // namespace pactolus
