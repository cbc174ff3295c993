#include "runtime/worker.h"

#include <algorithm>
#include <thread>

namespace pactolus {
namespace {

constexpr std::string_view kClientPrefix = "pactolus-1-";
constexpr size_t kHashDigits = 16;
constexpr Duration kMapCheckInterval = std::chrono::seconds{1};
/// Fenced twice within so many sessions, and a twin process it is.
constexpr int kTwinSessions = 3;
constexpr Duration kWaitMax = std::chrono::milliseconds{100};
/// A moment without an answer is not worth a word: leaders move, connections are made again.
constexpr Duration kAwayUntold = std::chrono::seconds{1};

}  // namespace

std::string client_id_of(const std::string& application, const std::string& map_hash,
                         const std::string& instance) {
  return std::string(kClientPrefix) + map_hash + "-" + application + "-" + instance;
}

std::optional<std::string> map_hash_in(const std::string& client_id) {
  if (!client_id.starts_with(kClientPrefix) || client_id.size() < kClientPrefix.size() + kHashDigits)
    return std::nullopt;
  return client_id.substr(kClientPrefix.size(), kHashDigits);
}

Worker::Worker(WorkerOptions options, const TaskContext& context, LogClient& client, const Clock& clock,
               Logger& logger)
    : options_(std::move(options)),
      context_(context),
      client_(client),
      clock_(clock),
      logger_(logger),
      committer_({.producer = {.transactional_id = context.plan.name + "-" + member_name(),
                               .client_id = client_id(),
                               .transaction_timeout = options_.transaction_timeout},
                  .results_at_once = options_.results_at_once,
                  .probe = options_.probe},
                 client, clock, logger),
      keeper_(options_.state, options_.probe, clock, logger),
      purger_(context, options_.purge_interval, options_.probe, clock, logger) {}

Worker::~Worker() = default;

std::string Worker::member_name() const { return options_.instance + "-" + std::to_string(options_.number); }

std::string Worker::client_id() const {
  return client_id_of(context_.plan.name, context_.map.hash, member_name());
}

// ---- the loop

Result<Turn> Worker::turn() {
  unanswered_ = answered_ = false;
  auto turned = take_turn();
  tell_reachability();
  return turned;
}

Result<Turn> Worker::take_turn() {
  PACTOLUS_TRY(connect());
  if (member_ == nullptr) return Turn::kPending;
  PACTOLUS_TRY(serve_group());
  if (member_ == nullptr) return Turn::kPending;
  if (restorer_ != nullptr || !slots_.empty()) {
    // Before any restore: it waits for what an earlier life of ours has left open, and this is what ends
    // that.
    TransactionOutcome ready = committer_.prepare();
    if (ready != TransactionOutcome::kFine) {
      if (ready == TransactionOutcome::kNotReady) note_away(committer_.error());
      PACTOLUS_TRY(finish(ready));
      return Turn::kPending;
    }
  }
  bool worked = PACTOLUS_TRY(restore_some());
  if (!slots_.empty()) {
    worked = PACTOLUS_TRY(process_some()) || worked;
    if (commit_due()) {
      PACTOLUS_TRY(commit_now());
      worked = true;
    }
    if (keeper_.must_pause()) keeper_.keep(slots(), *admin_);
    purger_.purge(slots_, *admin_);
  }
  if (worked) return Turn::kWorked;
  return restorer_ != nullptr || anything_changed() ? Turn::kPending : Turn::kQuiet;
}

Result<void> Worker::run() {
  while (!stopping_) {
    auto turned = turn();
    if (!turned) return std::move(turned).error();
    if (*turned != Turn::kWorked && !stopping_) wait();
  }
  // Without Kafka there is nothing to be committed: what was done since the last commit will be done again.
  Result<void> committed = away_since_ ? Result<void>{} : commit_now();
  if (committed) keeper_.close(slots());
  keeper_.close(views_of(suspended_));
  if (restorer_ != nullptr) keeper_.close(restorer_->suspended());
  close();
  logger_.info("{}: state took {} bytes of memory at the most", member_name(), keeper_.bytes_max());
  return committed;
}

void Worker::note_away(const std::string& why) {
  unanswered_ = true;
  if (away_since_) return;
  away_since_ = clock_.now();
  away_ = why;
}

/// Once when Kafka has gone, once when all goes on. In between there may be turns that ask it nothing.
void Worker::tell_reachability() {
  if (!away_since_) return;
  if (answered_ && !unanswered_ && restorer_ == nullptr) {
    if (away_told_) logger_.info("{}: Kafka is reachable again", member_name());
    away_since_.reset();
    away_told_ = false;
  } else if (!away_told_ && clock_.now() - *away_since_ >= kAwayUntold) {
    logger_.warn("{}: waiting for Kafka: {}", member_name(), away_);
    away_told_ = true;
  }
}

void Worker::wait() {
  Duration longest = kWaitMax;
  if (anything_changed()) {
    Duration left = interval_began_ + options_.commit_interval - clock_.now();
    longest = std::clamp(left, Duration{0}, kWaitMax);
  }
  if (restorer_ != nullptr && restorer_->reading()) {
    restorer_->wait(longest);
  } else if (member_ != nullptr) {
    member_->reader().wait(longest);
  } else {
    std::this_thread::sleep_for(longest);
  }
}

void Worker::stop() {
  stopping_ = true;
  committer_.hurry();
}

Result<void> Worker::connect() {
  if (member_ != nullptr) return {};
  auto admin = client_.admin();
  auto member = client_.group_member({.group = context_.plan.name,
                                      .instance_id = context_.plan.name + "-" + member_name(),
                                      .client_id = client_id(),
                                      .session_timeout = options_.session_timeout});
  if (!admin || !member) {
    const LogError& error = admin ? member.error() : admin.error();
    if (error.kind != LogErrorKind::kRetry) return Error{error.message};
    note_away(error.message);
    return {};
  }
  PACTOLUS_CHECK((*member) != nullptr);
  auto topics = context_.map.input_topics();
  auto subscribed = (*member)->subscribe(topics);
  if (!subscribed) return Error{subscribed.error().message};
  admin_ = std::move(*admin);
  member_ = std::move(*member);
  interval_began_ = clock_.now();
  return {};
}

// ---- the group

Result<void> Worker::serve_group() {
  auto event = member_->poll();
  if (!event) {
    if (event.error().kind == LogErrorKind::kFenced || is_first_twin(event.error()))
      return leave_group(event.error());
    if (event.error().kind != LogErrorKind::kRetry) return Error{event.error().message};
    note_away(event.error().message);
    return {};
  }
  if (const auto* revoked = std::get_if<Revoked>(&*event)) return on_revoked(*revoked);
  answered_ = true;  // a lost session is no answer
  if (const auto* assigned = std::get_if<Assigned>(&*event)) return on_assigned(*assigned);
  return {};
}

/// A request of ours to join that arrives late makes us our own twin, once. Twins are fenced again soon.
bool Worker::is_first_twin(const LogError& error) {
  if (error.kind != LogErrorKind::kTwin) return false;
  const ProcessingTime now = clock_.now();
  const bool again = twin_seen_ && now - *twin_seen_ < kTwinSessions * options_.session_timeout;
  twin_seen_ = now;
  return !again;
}

Result<void> Worker::leave_group(const LogError& error) {
  logger_.warn("{}: joining anew: {}", member_name(), error.message);
  pass(options_.probe, "tasks lost");
  committer_.abandon(outgoing_);
  assigned_.clear();
  close();  // the next turn joins it anew
  return {};
}

Result<void> Worker::on_assigned(const Assigned& event) {
  assigned_.clear();
  for (const TopicPartition& partition : event.partitions) {
    const SubTopologyTasks* led = context_.map.led_by(partition.topic);
    if (led == nullptr) continue;
    if (partition.partition.value() >= led->tasks) return has_grown(*led);
    assigned_.push_back(partition);
  }
  std::sort(assigned_.begin(), assigned_.end());
  logger_.info("the group has given this worker {} tasks", assigned_.size());
  slots_.clear();
  map_agreed_ = false;
  map_refusal_logged_ = false;
  map_checked_ = ProcessingTime::min();
  PACTOLUS_TRY(rewind());
  return start_restore(take_suspended());
}

Error Worker::has_grown(const SubTopologyTasks& led) const {
  return Error{"topic " + led.lead_topic + " had " + std::to_string(led.tasks) +
               " partitions and has grown: keys would move between tasks. Way out: give the topology another "
               "name, so that it replays its inputs into topics of its own"};
}

Result<void> Worker::on_revoked(const Revoked& event) {
  restorer_.reset();
  pass(options_.probe, event.lost ? "tasks lost" : "before revoke");
  if (event.lost) {
    logger_.warn("the group took this worker's tasks away: its session had ended");
    committer_.abandon(outgoing_);
    slots_.clear();
  } else if (anything_changed()) {
    TransactionOutcome outcome = committer_.commit(outgoing_, slots(), *member_);
    bool hopeless = outcome == TransactionOutcome::kTwin || outcome == TransactionOutcome::kFatal;
    if (hopeless) return Error{committer_.error()};
    if (outcome != TransactionOutcome::kFine) forget_tasks();
  }
  assigned_.clear();
  suspended_ = std::move(slots_);
  slots_.clear();
  pass(options_.probe, "amid revoke");
  return rewind();
}

/// The suspended tasks that have come back; the others' state goes to disk for whoever has them next.
std::vector<std::unique_ptr<TaskSlot>> Worker::take_suspended() {
  std::vector<std::unique_ptr<TaskSlot>> back;
  std::vector<std::unique_ptr<TaskSlot>> gone;
  for (auto& slot : suspended_) {
    TopicPartition lead{slot->task->id().lead_topic, slot->task->id().partition};
    bool is_back = std::ranges::binary_search(assigned_, lead);
    (is_back ? back : gone).push_back(std::move(slot));
  }
  suspended_.clear();
  keeper_.close(views_of(gone));
  return back;
}

Result<void> Worker::start_restore(std::vector<std::unique_ptr<TaskSlot>> suspended) {
  restorer_.reset();
  if (assigned_.empty()) return {};
  std::vector<TaskId> ids;
  for (const TopicPartition& lead : assigned_) ids.push_back({lead.topic, lead.partition});
  Restorer::Options options{
      .client_id = client_id(), .nonce = options_.nonce, .state = options_.state, .probe = options_.probe};
  restorer_ = std::make_unique<Restorer>(options, context_, ids, std::move(suspended), client_, *admin_,
                                         *member_, logger_);
  return {};
}

/// No task starts while a live member of the group has another task map.
Result<bool> Worker::may_start() {
  if (map_agreed_) return true;
  ProcessingTime now = clock_.now();
  bool too_soon = map_checked_ != ProcessingTime::min() && now - map_checked_ < kMapCheckInterval;
  if (too_soon) return false;
  map_checked_ = now;
  auto clients = admin_->group_clients(context_.plan.name);
  if (!clients) {
    if (clients.error().kind == LogErrorKind::kFatal) return Error{clients.error().message};
    note_away(clients.error().message);
    return false;
  }
  for (const std::string& client : *clients) {
    auto hash = map_hash_in(client);
    if (hash == context_.map.hash) continue;
    if (!map_refusal_logged_) {
      logger_.warn(
          "waiting: member {} of group {} runs {}; stop it, or all workers, before a change of the task map",
          client, context_.plan.name, hash ? "another task map (" + *hash + ")" : "other software");
    }
    map_refusal_logged_ = true;
    return false;
  }
  // Whoever doesn't know of this member may not know of others: the group's coordinator has just moved.
  if (std::ranges::find(*clients, client_id()) == clients->end()) {
    note_away("group " + context_.plan.name + " does not know this member yet");
    return false;
  }
  map_agreed_ = true;
  return true;
}

Result<bool> Worker::restore_some() {
  if (restorer_ == nullptr) return false;
  if (!PACTOLUS_TRY(may_start())) return false;
  std::vector<std::unique_ptr<TaskSlot>> done;
  bool worked = PACTOLUS_TRY(restorer_->step(done));
  if (!restorer_->waits_for().empty()) note_away(restorer_->waits_for());
  if (done.empty()) return worked;
  for (auto& slot : done) {
    for (const auto& input : slot->task->inputs()) last_record_[input->partition()] = clock_.now();
    slot->checkpointed_at = clock_.now();
    slots_.push_back(std::move(slot));
  }
  std::sort(slots_.begin(), slots_.end(),
            [](const auto& a, const auto& b) { return a->task->id() < b->task->id(); });
  if (restorer_->finished()) restorer_.reset();
  PACTOLUS_TRY(rewind());
  return true;
}

/// Reads every running task's inputs from where it stands.
Result<void> Worker::rewind() {
  auto assigned = member_->reader().assign(shared_.positions_of(tasks()));
  if (!assigned) return Error{assigned.error().message};
  return {};
}

// ---- processing

Result<bool> Worker::process_some() {
  if (keeper_.must_pause()) return false;
  bool busy = PACTOLUS_TRY(fetch_shared());
  for (auto& slot : slots_) {
    busy = PACTOLUS_TRY(fetch(*slot)) || busy;
    if (suspects_) return drop_suspects();
    check_idle(*slot);
    busy = slot->task->step(outgoing_) || busy;
    TransactionOutcome outcome = produce_some();
    if (outcome == TransactionOutcome::kFine) continue;
    PACTOLUS_TRY(finish(outcome));
    return true;  // the slots may be gone
  }
  return busy;
}

/// What must not wait for the commit.
TransactionOutcome Worker::produce_some() {
  if (outgoing_.bytes() >= options_.produce_bytes)
    return committer_.produce(outgoing_, std::nullopt, slots(), *member_);
  if (options_.results_at_once && outgoing_.has(OutgoingKind::kResult))
    return committer_.produce(outgoing_, OutgoingKind::kResult, slots(), *member_);
  return TransactionOutcome::kFine;
}

Result<bool> Worker::fetch(TaskSlot& slot) {
  bool any = false;
  for (const auto& input : slot.task->inputs()) {
    if (input->waiting() >= options_.fetch_records || input->plan().is_global()) continue;
    auto batch = member_->reader().fetch(input->partition(), options_.fetch_records);
    if (!batch) {
      if (batch.error().kind != LogErrorKind::kRetry) {
        if (!suspect(*input)) return Error{batch.error().message};
        logger_.warn("restoring all tasks, for another worker may have had them: {}", batch.error().message);
        return true;
      }
      note_away(batch.error().message);
      continue;
    }
    if (batch->records.empty() && !batch->end_of_partition) continue;
    if (!batch->records.empty()) last_record_[input->partition()] = clock_.now();
    any = any || !batch->records.empty();
    PACTOLUS_TRY(input->offer(std::move(*batch)));
  }
  return any;
}

Result<bool> Worker::fetch_shared() {
  std::string away;
  const bool any = PACTOLUS_TRY(shared_.fetch(member_->reader(), options_.fetch_records, away));
  if (!away.empty()) note_away(away);
  return any;
}

/// Rows of a repartition topic that are gone were committed by somebody: by another worker, to whom the group
/// has given the task without our knowing it yet. Once for each place: if it is gone for its owner, too, that
/// is an error.
bool Worker::suspect(const TaskInput& input) {
  PartitionPosition place{input.partition(), input.fetch_offset()};
  bool again = suspected_ && suspected_->partition == place.partition && suspected_->offset == place.offset;
  if (!context_.is_repartition(place.partition.topic) || again) return false;
  suspected_ = std::move(place);
  suspects_ = true;
  return true;
}

Result<bool> Worker::drop_suspects() {
  suspects_ = false;
  committer_.abandon(outgoing_);
  PACTOLUS_TRY(finish(TransactionOutcome::kDropTasks));
  return true;
}

void Worker::check_idle(TaskSlot& slot) {
  for (size_t i = 0; i < slot.task->inputs().size(); ++i) {
    const TaskInput& input = *slot.task->inputs()[i];
    const SourcePlan* source = input.plan().source;
    bool can_be =
        source != nullptr && source->time && source->time->idle && input.at_end() && !input.progress().idle;
    if (!can_be) continue;
    bool is_idle = clock_.now() - last_record_[input.partition()] >= *source->time->idle;
    if (is_idle) slot.task->mark_idle(i, outgoing_);
  }
}

bool Worker::anything_changed() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) { return slot->task->changed(); });
}

bool Worker::commit_due() const {
  return anything_changed() && clock_.now() - interval_began_ >= options_.commit_interval;
}

Result<void> Worker::commit_now() {
  if (!anything_changed()) return {};
  const ProcessingTime began = clock_.now();
  TransactionOutcome outcome = committer_.commit(outgoing_, slots(), *member_);
  // From begin to begin, so that no record waits longer than that for its commit. But where commits are slow,
  // half an interval's work lies between two of them.
  interval_began_ = std::max(began, clock_.now() - options_.commit_interval / 2);
  PACTOLUS_TRY(finish(outcome));
  if (!anything_changed()) keeper_.keep(slots(), *admin_);
  return {};
}

/// Forgets the tasks, and on disk those whose disk has failed.
void Worker::forget_tasks() {
  pass(options_.probe, "tasks lost");
  for (auto& slot : slots_) {
    StateStore& state = slot->task->state();
    if (!state.failure()) continue;
    logger_.error("task {}: {}; its state is restored from Kafka", to_string(slot->task->id()),
                  state.failure()->message);
    auto wiped = state.wipe();
    if (!wiped) logger_.error("{}", wiped.error().message);
  }
  slots_.clear();
}

Result<void> Worker::finish(TransactionOutcome outcome) {
  switch (outcome) {
    case TransactionOutcome::kFine:
    case TransactionOutcome::kNotReady:
      return {};
    case TransactionOutcome::kAborted:
      return rewind();
    case TransactionOutcome::kDropTasks:
      forget_tasks();
      PACTOLUS_TRY(rewind());
      return start_restore({});
    case TransactionOutcome::kTwin:
    case TransactionOutcome::kFatal:
      break;
  }
  return Error{committer_.error()};
}

std::vector<TaskSlot*> Worker::views_of(const std::vector<std::unique_ptr<TaskSlot>>& slots) {
  std::vector<TaskSlot*> result;
  for (const auto& slot : slots) result.push_back(slot.get());
  return result;
}

std::vector<Task*> Worker::tasks() {
  std::vector<Task*> result;
  for (auto& slot : slots_) result.push_back(slot->task.get());
  return result;
}

void Worker::close() {
  restorer_.reset();
  shared_.clear();
  slots_.clear();
  suspended_.clear();
  if (member_ != nullptr) member_->close();
  member_.reset();
  admin_.reset();
}

}  // namespace pactolus
