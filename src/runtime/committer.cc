#include "runtime/committer.h"

#include <algorithm>

namespace pactolus {
namespace {

/// Fenced so often with young transactions, and a twin process it is.
constexpr int kFencedYoungMax = 2;

std::vector<TaskSlot*> changed_of(std::span<TaskSlot* const> slots) {
  std::vector<TaskSlot*> changed;
  for (TaskSlot* slot : slots) {
    if (slot->task->changed()) changed.push_back(slot);
  }
  return changed;
}

bool any_failed(std::span<TaskSlot* const> slots) {
  return std::ranges::any_of(slots, [](TaskSlot* slot) { return slot->task->state().failure().has_value(); });
}

}  // namespace

Committer::Committer(Options options, LogClient& client, const Clock& clock, Logger& logger)
    : options_(std::move(options)), client_(client), clock_(clock), logger_(logger) {}

TransactionOutcome Committer::prepare() {
  if (producer_ != nullptr) return TransactionOutcome::kFine;
  auto made = client_.producer(options_.producer);
  if (!made) {
    error_ = made.error().message;
    return made.error().kind == LogErrorKind::kFatal ? TransactionOutcome::kFatal
                                                     : TransactionOutcome::kNotReady;
  }
  probe("before init");
  auto settled = (*made)->init();
  probe("after init");
  if (settled) {
    producer_ = std::move(*made);
    open_ = false;
    return TransactionOutcome::kFine;
  }
  switch (settled.error().kind) {
    case LogErrorKind::kFatal:
      return fail(settled.error().message);
    case LogErrorKind::kTwin:
      error_ = settled.error().message;
      return TransactionOutcome::kTwin;
    case LogErrorKind::kRetry:
    case LogErrorKind::kAbort:
    case LogErrorKind::kRebalanced:
    case LogErrorKind::kDoubt:
    case LogErrorKind::kFenced:
      break;
  }
  error_ = "cannot settle transactions yet: " + settled.error().message;
  return TransactionOutcome::kNotReady;
}

TransactionOutcome Committer::begin() {
  if (open_) return TransactionOutcome::kFine;
  TransactionOutcome ready = prepare();
  if (ready != TransactionOutcome::kFine) return ready;
  probe("before begin");
  auto begun = producer_->begin();
  probe("after begin");
  if (!begun) return fail(begun.error().message);
  open_ = true;
  opened_at_ = clock_.now();
  return TransactionOutcome::kFine;
}

TransactionOutcome Committer::produce(Outgoing& pending, std::optional<OutgoingKind> only,
                                      std::span<TaskSlot* const> slots, GroupMember& member) {
  TransactionOutcome begun = begin();
  if (begun != TransactionOutcome::kFine) return begun;
  probe("before produce");
  auto sent = send(pending, only);
  probe("after produce");
  if (sent) return TransactionOutcome::kFine;
  return react(sent.error(), pending, slots, member);
}

TransactionOutcome Committer::commit(Outgoing& pending, std::span<TaskSlot* const> slots,
                                     GroupMember& member) {
  std::vector<TaskSlot*> changed = changed_of(slots);
  if (changed.empty()) return TransactionOutcome::kFine;
  TransactionOutcome begun = begin();
  if (begun != TransactionOutcome::kFine) return begun;
  for (TaskSlot* slot : changed) slot->log.write(*slot->task, pending);
  if (any_failed(changed)) {  // what they read from disk is worthless
    abandon(pending);
    return TransactionOutcome::kDropTasks;
  }
  auto done = commit_calls(pending, changed, member);
  if (!done) return react(done.error(), pending, slots, member);
  open_ = false;
  has_committed_ = true;
  fenced_young_ = 0;
  for (TaskSlot* slot : changed) {
    auto written = done->find(slot->log.changelog());
    slot->log.committed(*slot->task, written == done->end() ? std::nullopt : std::optional{written->second});
    probe("amid apply");
    if (slot->log.committed_epoch().close) probe("amid close");
  }
  probe("after apply");
  return TransactionOutcome::kFine;
}

LogResult<TransactionReceipt> Committer::commit_calls(Outgoing& pending, std::span<TaskSlot* const> slots,
                                                      GroupMember& member) {
  probe("before changelog");
  PACTOLUS_TRY(send(pending, std::nullopt));
  probe("after changelog");
  PACTOLUS_TRY(await_results());
  auto metadata = PACTOLUS_TRY(member.metadata());
  std::vector<OffsetCommit> offsets;
  for (TaskSlot* slot : slots) {
    auto own = slot->log.offsets(*slot->task);
    offsets.insert(offsets.end(), own.begin(), own.end());
  }
  probe("before send_offsets");
  PACTOLUS_TRY(producer_->send_offsets(offsets, *metadata));
  probe("after send_offsets");
  probe("before commit");
  TransactionReceipt receipt = PACTOLUS_TRY(producer_->commit());
  probe("after commit");
  return receipt;
}

LogResult<void> Committer::send(Outgoing& pending, std::optional<OutgoingKind> only) {
  return pending.flush(
      only, clock_.now(),
      [this](OutgoingKind kind, const TopicPartition& to, std::span<const OutgoingRecord> records) {
        bool past_transaction = options_.results_at_once && kind == OutgoingKind::kResult;
        return past_transaction ? send_results(to, records) : producer_->produce(to, records);
      });
}

LogResult<void> Committer::send_results(const TopicPartition& to, std::span<const OutgoingRecord> records) {
  if (results_ == nullptr) results_ = PACTOLUS_TRY(client_.idempotent_producer(options_.producer.client_id));
  auto sent = results_->produce(to, records);
  if (!sent) results_.reset();
  return sent;
}

/// Nothing may be committed of which a result could still be lost.
LogResult<void> Committer::await_results() {
  if (results_ == nullptr) return {};
  probe("before results");
  auto arrived = results_->flush();
  if (!arrived) results_.reset();
  probe("after results");
  return arrived;
}

void Committer::abandon(Outgoing& pending) {
  pending.clear();
  results_.reset();  // others may be writing them already
  if (!open_) return;
  open_ = false;
  probe("before abort");
  auto aborted = producer_->abort();
  probe("after abort");
  if (!aborted) producer_.reset();  // the next one settles what this one left
}

/// What a failed call means for the transaction.
TransactionOutcome Committer::react(const LogError& error, Outgoing& pending,
                                    std::span<TaskSlot* const> slots, GroupMember& member) {
  switch (error.kind) {
    case LogErrorKind::kRetry:
    case LogErrorKind::kAbort:
      logger_.warn("transaction aborted: {}", error.message);
      return abort(pending, slots, member);
    case LogErrorKind::kRebalanced:
      logger_.info("transaction aborted, the group has moved on: {}", error.message);
      abandon(pending);
      return TransactionOutcome::kDropTasks;
    case LogErrorKind::kDoubt:
      if (hurrying_) return give_up(pending);
      logger_.warn("transaction in doubt, asking the cluster what became of it: {}", error.message);
      pending.clear();
      return resolve_doubt(slots, member);
    case LogErrorKind::kFenced:
      pending.clear();
      return fenced(error);
    case LogErrorKind::kTwin:
      error_ = error.message;
      return TransactionOutcome::kTwin;
    case LogErrorKind::kFatal:
      break;
  }
  return fail(error.message);
}

TransactionOutcome Committer::abort(Outgoing& pending, std::span<TaskSlot* const> slots,
                                    GroupMember& member) {
  // Results may have been waited for as long as a transaction lives: the broker has aborted it, or cannot be
  // reached, and a call would only wait again.
  bool overdue = clock_.now() - opened_at_ >= options_.producer.transaction_timeout;
  if (hurrying_ || overdue) return give_up(pending);
  probe("before abort");
  auto aborted = producer_->abort();
  probe("after abort");
  open_ = false;
  if (aborted) {
    roll_back(pending, slots);
    return TransactionOutcome::kAborted;
  }
  pending.clear();
  if (aborted.error().kind == LogErrorKind::kFenced) return fenced(aborted.error());
  if (aborted.error().kind == LogErrorKind::kFatal) return fail(aborted.error().message);
  return resolve_doubt(slots, member);
}

/// A new producer of the same id settles the old transaction, whichever way; then the tags beside the group's
/// offsets tell which way it was.
TransactionOutcome Committer::resolve_doubt(std::span<TaskSlot* const> slots, GroupMember& member) {
  producer_.reset();
  open_ = false;
  TransactionOutcome settled = prepare();
  if (settled == TransactionOutcome::kNotReady)
    return TransactionOutcome::kDropTasks;  // a restore will learn the truth
  if (settled != TransactionOutcome::kFine) return settled;

  std::vector<TaskSlot*> changed = changed_of(slots);
  std::vector<TopicPartition> leads;
  for (TaskSlot* slot : changed) leads.push_back(slot->task->inputs().front()->partition());
  auto committed = member.committed(leads, options_.committed_timeout);
  if (!committed) {
    logger_.warn("cannot learn what became of the transaction: {}", committed.error().message);
    return TransactionOutcome::kDropTasks;
  }
  size_t won = 0;
  size_t lost = 0;
  for (size_t i = 0; i < changed.size(); ++i) {
    auto tag = decode_offset_tag((*committed)[i].metadata);
    if (tag == changed[i]->log.tag_if_committed(*changed[i]->task)) {
      ++won;
    } else if (tag == changed[i]->log.tag_if_aborted()) {
      ++lost;
    }
  }
  Outgoing none;
  if (won == changed.size()) {
    logger_.info("the doubtful transaction was committed");
    has_committed_ = true;
    for (TaskSlot* slot : changed) slot->log.committed(*slot->task, std::nullopt);
    return TransactionOutcome::kFine;
  }
  if (lost == changed.size()) {
    logger_.info("the doubtful transaction was aborted");
    roll_back(none, slots);
    return TransactionOutcome::kAborted;
  }
  logger_.warn("tasks have moved meanwhile; restoring them");
  return TransactionOutcome::kDropTasks;
}

TransactionOutcome Committer::give_up(Outgoing& pending) {
  logger_.info("leaving a transaction for the next producer to settle");
  pending.clear();
  producer_.reset();
  results_.reset();
  open_ = false;
  return TransactionOutcome::kDropTasks;
}

TransactionOutcome Committer::fenced(const LogError& error) {
  logger_.warn("fenced: {}", error.message);
  producer_.reset();
  results_.reset();
  bool young = open_ && clock_.now() - opened_at_ < options_.producer.transaction_timeout / 2;
  open_ = false;
  fenced_young_ = young ? fenced_young_ + 1 : 0;
  if (fenced_young_ < kFencedYoungMax) return TransactionOutcome::kDropTasks;
  error_ = "another process uses the transactional id " + options_.producer.transactional_id +
           ": two processes run with the same `instance`";
  return TransactionOutcome::kTwin;
}

void Committer::roll_back(Outgoing& pending, std::span<TaskSlot* const> slots) {
  pending.clear();
  for (TaskSlot* slot : slots) {
    if (slot->task->changed()) slot->log.aborted(*slot->task);
  }
}

TransactionOutcome Committer::fail(std::string message) {
  error_ = std::move(message);
  return TransactionOutcome::kFatal;
}

}  // namespace pactolus
