#include "runtime/restorer.h"

namespace pactolus {
namespace {

constexpr size_t kFetchRecordsMax = 64;  // blocks of up to 256 KiB

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

Restorer::Restorer(Options options, const TaskContext& context, std::vector<TaskId> tasks, LogClient& client,
                   Admin& admin, GroupMember& member, Logger& logger)
    : options_(std::move(options)),
      context_(context),
      client_(client),
      admin_(admin),
      member_(member),
      logger_(logger) {
  for (TaskId& id : tasks) {
    TopicPartition changelog{context.plan.changelog_topic(id.lead_topic), id.partition};
    const SubTopologyTasks* sub = context.map.led_by(id.lead_topic);
    auto task = std::make_unique<Task>(context, *sub, id.partition);
    pending_.push_back({std::move(id), std::move(changelog), std::move(task), nullptr});
  }
}

Result<bool> Restorer::step(std::vector<std::unique_ptr<TaskSlot>>& done) {
  if (!prepared_) {
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
    if (!pending.restore->complete()) worked = PACTOLUS_TRY(read(pending)) || worked;
    if (pending.restore->complete()) done.push_back(PACTOLUS_TRY(finish(pending)));
  }
  std::erase_if(pending_, [](const Pending& pending) { return pending.task == nullptr; });
  if (pending_.empty()) reader_.reset();
  return worked || !done.empty();
}

/// Order matters: the group's offsets first (waits until no older transaction can still change them), then
/// the changelog's end, which then covers every transaction that they tell of.
LogResult<void> Restorer::prepare() {
  std::vector<TopicPartition> inputs;
  for (const Pending& pending : pending_) {
    for (const auto& input : pending.task->inputs()) inputs.push_back(input->partition());
  }
  auto committed = PACTOLUS_TRY(member_.committed(inputs, options_.call_timeout));
  std::span<const CommittedOffset> rest(committed);
  for (Pending& pending : pending_) {
    size_t count = pending.task->inputs().size();
    PACTOLUS_TRY(plan_restore(pending, rest.subspan(0, count)));
    rest = rest.subspan(count);
  }
  reader_ = PACTOLUS_TRY(client_.reader(Isolation::kReadCommitted, options_.client_id));
  std::vector<PartitionPosition> positions;
  for (const Pending& pending : pending_)
    positions.push_back({pending.changelog, pending.restore->next_offset()});
  return reader_->assign(positions);
}

LogResult<void> Restorer::plan_restore(Pending& pending, std::span<const CommittedOffset> committed) {
  std::vector<Offset> starts;
  for (size_t i = 0; i < committed.size(); ++i) {
    bool fresh = !committed[i].offset;
    starts.push_back(fresh ? PACTOLUS_TRY(start_of(*pending.task->inputs()[i])) : *committed[i].offset);
  }
  Offset target = PACTOLUS_TRY(offset_at(pending.changelog, OffsetEdge::kEnd, Isolation::kReadUncommitted));
  Offset begin = PACTOLUS_TRY(offset_at(pending.changelog, OffsetEdge::kStart, Isolation::kReadUncommitted));
  pending.restore = std::make_unique<TaskRestore>(
      *pending.task, std::vector<CommittedOffset>(committed.begin(), committed.end()), std::move(starts),
      begin, target);
  return {};
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

/// False: nothing has arrived.
Result<bool> Restorer::read(Pending& pending) {
  auto batch = reader_->fetch(pending.changelog, kFetchRecordsMax);
  if (!batch) {
    if (batch.error().kind != LogErrorKind::kRetry)
      return Error{batch.error().message}.within("cannot restore task " + to_string(pending.id));
    waits_for_ = batch.error().message;
    return false;
  }
  waits_for_.clear();
  PACTOLUS_TRY(pending.restore->apply(*batch));
  return !batch->records.empty() || batch->end_of_partition.has_value();
}

Result<std::unique_ptr<TaskSlot>> Restorer::finish(Pending& pending) {
  TaskLog::Identity identity{pending.changelog, context_.decisions_of(pending.id), options_.nonce,
                             context_.map.hash};
  TaskLog log = PACTOLUS_TRY(pending.restore->finish(identity, logger_));
  uint64_t rows = 0;
  for (const auto& table : pending.task->state().tables()) rows += table->rows();
  logger_.info("task {} is up: {} state rows, going on from offset {}", to_string(pending.id), rows,
               pending.task->inputs().front()->progress().offset.value());
  return std::make_unique<TaskSlot>(TaskSlot{std::move(pending.task), std::move(log)});
}

}  // namespace pactolus
