#include "runtime/restorer.h"

#include <algorithm>

namespace pactolus {
namespace {

constexpr size_t kFetchRecordsMax = 64;  // blocks of up to 256 KiB

using NoWindows = std::vector<StateTable::StoredWindows>;

OffsetEdge edge_of(const StartAt& start) {
  switch (start.kind) {
    case StartAt::kLatest:
      return OffsetEdge::kEnd;
    case StartAt::kTimestamp:
      return OffsetEdge::at(start.timestamp);
    case StartAt::kEarliest:
      break;
  }
  return OffsetEdge::kStart;
}

}  // namespace

Restorer::Restorer(Options options, const TaskContext& context, std::span<const TaskId> tasks,
                   std::vector<std::unique_ptr<TaskSlot>> suspended, LogClient& client, Admin& admin,
                   GroupMember& member, Logger& logger)
    : options_(std::move(options)),
      context_(context),
      client_(client),
      admin_(admin),
      member_(member),
      logger_(logger),
      tasks_(std::max<size_t>(tasks.size(), 1)) {
  for (const TaskId& id : tasks) {
    Pending& pending = pending_.emplace_back();
    pending.id = id;
    pending.changelog = {context.plan.changelog_topic(id.lead_topic), id.partition};
    for (auto& slot : suspended) {
      if (slot != nullptr && slot->task->id() == id) pending.suspended = std::move(slot);
    }
    if (pending.suspended == nullptr) pending.task = make_task(id);
  }
}

std::unique_ptr<Task> Restorer::make_task(const TaskId& id) const {
  return std::make_unique<Task>(context_, *context_.map.led_by(id.lead_topic), id.partition);
}

std::vector<TaskSlot*> Restorer::suspended() const {
  std::vector<TaskSlot*> slots;
  for (const Pending& pending : pending_) {
    if (pending.suspended != nullptr) slots.push_back(pending.suspended.get());
  }
  return slots;
}

Result<bool> Restorer::step(std::vector<std::unique_ptr<TaskSlot>>& done) {
  if (!prepared_) {
    pass(options_.probe, "before restore");
    auto prepared = prepare();
    if (!prepared) {
      if (prepared.error().kind == LogErrorKind::kFatal) return Error{prepared.error().message};
      waits_for_ = std::move(prepared).error().message;
      return false;
    }
    prepared_ = true;
    waits_for_.clear();
  }
  bool worked = false;
  for (Pending& pending : pending_) {
    if (pending.suspended != nullptr) {
      done.push_back(std::move(pending.suspended));
      continue;
    }
    if (pending.restore != nullptr && !pending.restore->complete())
      worked = PACTOLUS_TRY(read(pending)) || worked;
    if (pending.restore != nullptr && pending.restore->complete())
      done.push_back(PACTOLUS_TRY(finish(pending)));
  }
  std::erase_if(pending_, [](const Pending& p) { return p.task == nullptr && p.suspended == nullptr; });
  if (pending_.empty()) reader_.reset();
  return worked || !done.empty();
}

/// Order matters: the group's offsets first (waits until no older transaction can still change them), then
/// the changelog's end, which then covers every transaction that they tell of.
LogResult<void> Restorer::prepare() {
  if (!committed_known_) PACTOLUS_TRY(ask_committed());
  for (Pending& pending : pending_) {
    if (pending.restore == nullptr && !pending.resumed) PACTOLUS_TRY(plan(pending));
  }
  return assign();
}

LogResult<void> Restorer::ask_committed() {
  std::vector<TopicPartition> inputs;
  for (const Pending& pending : pending_) {
    for (const auto& input : pending.inputs()) {
      if (!input->plan().is_global()) inputs.push_back(input->partition());
    }
  }
  auto committed = PACTOLUS_TRY(member_.committed(inputs, options_.call_timeout));
  auto rest = committed.begin();
  for (Pending& pending : pending_) {
    pending.committed.clear();
    for (const auto& input : pending.inputs()) {
      const bool of_group = !input->plan().is_global();
      pending.committed.push_back(of_group ? *rest++ : CommittedOffset{input->partition(), {}, {}});
    }
  }
  committed_known_ = true;
  return {};
}

LogResult<void> Restorer::plan(Pending& pending) {
  Offset end = PACTOLUS_TRY(offset_at(pending.changelog, OffsetEdge::kEnd, Isolation::kReadUncommitted));
  if (pending.suspended != nullptr) {
    pending.resumed = may_resume(pending, end);
    if (pending.resumed) return {};
    logger_.info("task {} ran elsewhere meanwhile: restoring it", to_string(pending.id));
    pending.suspended.reset();
    pending.task = make_task(pending.id);
  }
  return plan_restore(pending, end);
}

/// Every transaction of a task moves its tag, and writes to its changelog.
bool Restorer::may_resume(const Pending& pending, Offset end) const {
  const TaskLog& log = pending.suspended->log;
  constexpr int64_t kMarker = 1;  // of the last transaction, behind its last record
  bool untouched = log.place().end && end.value() <= log.place().end->value() + kMarker;
  for (size_t i = 0; i < pending.committed.size(); ++i) {
    if (pending.inputs()[i]->plan().is_global()) continue;
    untouched = untouched && decode_offset_tag(pending.committed[i].metadata) == log.tag_if_aborted();
  }
  return untouched;
}

LogResult<void> Restorer::plan_restore(Pending& pending, Offset target) {
  Offset begin = PACTOLUS_TRY(offset_at(pending.changelog, OffsetEdge::kStart, Isolation::kReadUncommitted));
  std::vector<Offset> starts = PACTOLUS_TRY(starts_of(pending));
  std::optional<CheckpointMark> mark;
  if (options_.state.open_disk) {
    auto disk = PACTOLUS_TRY(open_disk(pending.id));
    mark = PACTOLUS_TRY(read_mark(pending, *disk, begin, target));
    pending.task->state().attach(std::move(disk), mark ? mark->windows : NoWindows{});
  }
  pending.restore =
      std::make_unique<TaskRestore>(*pending.task, pending.committed, std::move(starts), begin, target);
  if (mark) pending.restore->begin_at(std::move(*mark));
  return {};
}

LogResult<std::unique_ptr<DiskTier>> Restorer::open_disk(const TaskId& task) {
  std::string notice;
  auto disk = options_.state.open_disk(task, notice);
  if (!disk) return LogError{LogErrorKind::kFatal, disk.error().message};
  if (*disk == nullptr)
    return LogError{LogErrorKind::kRetry,
                    "another worker has the disk of task " + to_string(task) + " still open"};
  if (!notice.empty()) logger_.warn("task {}: {}; its state is restored from Kafka", to_string(task), notice);
  return std::move(*disk);
}

/// What the disk holds, if the changelog can be read on from there; else the disk is wiped.
LogResult<std::optional<CheckpointMark>> Restorer::read_mark(const Pending& pending, DiskTier& disk,
                                                             Offset begin, Offset target) {
  auto bytes = disk.mark();
  std::string refused;
  if (!bytes) {
    refused = bytes.error().message;
  } else {
    if (!*bytes) return std::optional<CheckpointMark>{};
    auto mark = decode_mark(**bytes);
    refused = mark ? TaskRestore::refusal(*mark, *pending.task, begin, target) : "its mark cannot be read";
    if (refused.empty()) return mark;
  }
  logger_.warn("task {}: what is on this machine's disk is of no use ({}); its state is restored from Kafka",
               to_string(pending.id), refused);
  auto wiped = disk.wipe();
  if (!wiped) return LogError{LogErrorKind::kFatal, wiped.error().message};
  return std::optional<CheckpointMark>{};
}

LogResult<std::vector<Offset>> Restorer::starts_of(const Pending& pending) {
  std::vector<Offset> starts;
  for (size_t i = 0; i < pending.committed.size(); ++i) {
    const std::optional<Offset>& committed = pending.committed[i].offset;
    starts.push_back(committed ? *committed : PACTOLUS_TRY(start_of(*pending.inputs()[i])));
  }
  return starts;
}

LogResult<Offset> Restorer::start_of(const TaskInput& input) {
  const SourcePlan* source = input.plan().source;
  OffsetEdge edge = source == nullptr ? OffsetEdge::kStart : edge_of(source->start);
  return offset_at(input.partition(), edge, Isolation::kReadCommitted);
}

LogResult<Offset> Restorer::offset_at(const TopicPartition& partition, OffsetEdge edge, Isolation isolation) {
  auto positions = PACTOLUS_TRY(admin_.offsets(std::span(&partition, 1), edge, isolation));
  return positions.front().offset;
}

/// Reads all changelogs from where their restores stand.
LogResult<void> Restorer::assign() {
  std::vector<PartitionPosition> positions;
  for (const Pending& pending : pending_) {
    if (pending.restore != nullptr) positions.push_back({pending.changelog, pending.restore->next_offset()});
  }
  if (positions.empty()) return {};
  if (reader_ == nullptr)
    reader_ = PACTOLUS_TRY(client_.reader(Isolation::kReadCommitted, options_.client_id));
  return reader_->assign(positions);
}

/// False: nothing has arrived.
Result<bool> Restorer::read(Pending& pending) {
  if (!make_room(pending)) return false;
  auto batch = reader_->fetch(pending.changelog, kFetchRecordsMax);
  if (!batch) {
    if (batch.error().kind == LogErrorKind::kRetry) {
      waits_for_ = batch.error().message;
      return false;
    }
    if (PACTOLUS_TRY(overtaken(pending))) return true;
    return Error{batch.error().message}.within("cannot restore task " + to_string(pending.id));
  }
  waits_for_.clear();
  PACTOLUS_TRY(pending.restore->apply(*batch));
  if (!batch->records.empty()) pass(options_.probe, "amid restore");
  if (pending.restore->disk_refused()) {
    PACTOLUS_TRY(restart(pending, "the changelog is another one: it was made anew"));
    return true;
  }
  if (const auto& failure = pending.task->state().failure()) {
    PACTOLUS_TRY(restart(pending, failure->message));
    return true;
  }
  return !batch->records.empty() || batch->end_of_partition.has_value();
}

/// What was to be read has been deleted meanwhile: another owner's round has ended.
Result<bool> Restorer::overtaken(Pending& pending) {
  auto begin = offset_at(pending.changelog, OffsetEdge::kStart, Isolation::kReadUncommitted);
  if (!begin || *begin <= pending.restore->next_offset()) return false;
  PACTOLUS_TRY(restart(pending, "the changelog's beginning was deleted meanwhile"));
  return true;
}

/// Anew, from the log's start alone.
Result<void> Restorer::restart(Pending& pending, std::string_view reason) {
  logger_.warn("task {}: {}; its state is restored from Kafka", to_string(pending.id), reason);
  if (pending.task->state().has_disk()) PACTOLUS_TRY(pending.task->state().wipe());
  pending.restore.reset();
  pending.task = make_task(pending.id);
  prepared_ = false;
  return {};
}

/// A state that does not fit into memory goes to disk on the way. False: the disk does not take it.
bool Restorer::make_room(Pending& pending) {
  StateStore& state = pending.task->state();
  if (!state.has_disk() || state.bytes() <= memory_share()) return true;
  auto mark = pending.restore->mark();
  if (!mark) return true;  // amid a transaction: soon
  auto written = state.checkpoint(encode_mark(*mark));
  if (written) {
    state.evict(memory_share() / 2);
    return true;
  }
  if (!pending.waits_for_disk) {
    logger_.error("task {}: {}; its restore waits for room", to_string(pending.id), written.error().message);
  }
  pending.waits_for_disk = true;
  return false;
}

/// An open round reads from disk what it has not written yet. Where the disk was begun anew, it has to be
/// there first.
void Restorer::continue_round(const Pending& pending, TaskLog& log) {
  if (!log.committed_epoch().round.open || pending.restore->round_may_go_on()) return;
  StateStore& state = pending.task->state();
  bool possible = pending.restore->has_own_layouts() && log.can_checkpoint(*pending.task);
  if (!possible || !state.checkpoint(log.mark(*pending.task))) log.give_up_round();
}

Result<std::unique_ptr<TaskSlot>> Restorer::finish(Pending& pending) {
  TaskLog::Identity identity{pending.changelog, context_.decisions_of(pending.id), options_.nonce,
                             context_.map.hash, options_.state.rounds};
  TaskLog log = PACTOLUS_TRY(pending.restore->finish(identity, logger_));
  continue_round(pending, log);
  pass(options_.probe, "after restore");
  logger_.info("task {} is up: {} state rows{}, going on from offset {}", to_string(pending.id),
               pending.task->state().rows(),
               pending.restore->from_disk() ? ", most from this machine's disk" : "",
               pending.task->inputs().front()->progress().offset.value());
  return std::make_unique<TaskSlot>(TaskSlot{std::move(pending.task), std::move(log)});
}

}  // namespace pactolus
