#include "replay/virtual_run.h"

#include <algorithm>
#include <map>

#include "data/partitioner.h"
#include "replay/memory_run_log.h"

namespace pactolus {
namespace {

/// Commits are the run's to make.
constexpr Duration kNever = std::chrono::hours{24 * 365 * 100};

}  // namespace

VirtualRun::VirtualRun(const Plan& plan, VirtualRunOptions options, std::unique_ptr<RunLog> log)
    : plan_(plan),
      options_(options),
      logger_(make_silent_logger()),
      clock_(options.start),
      log_(log != nullptr ? std::move(log) : std::make_unique<MemoryRunLog>(clock_)),
      random_(options.seed) {}

VirtualRun::~VirtualRun() = default;

Result<std::unique_ptr<VirtualRun>> VirtualRun::make(const Plan& plan, VirtualRunOptions options,
                                                     std::unique_ptr<RunLog> log) {
  std::unique_ptr<VirtualRun> run(new VirtualRun(plan, options, std::move(log)));
  auto prepared = run->prepare();
  if (!prepared) return Error{std::move(prepared).error().message};
  return run;
}

LogResult<void> VirtualRun::prepare() {
  admin_ = PACTOLUS_TRY(log_->client().admin());
  // Records of any time, and for as long as the run takes.
  const std::map<std::string, std::string> config = {{"retention.ms", "-1"}};
  std::vector<TopicSpec> topics;
  for (const auto& source : plan_.sources) topics.push_back({source->topic, options_.partitions, 1, config});
  for (const auto& sink : plan_.sinks) topics.push_back({sink->topic, options_.partitions, 1, config});
  PACTOLUS_TRY(admin_->create_topics(topics));
  topics_ = PACTOLUS_TRY(prepare_topics(plan_, 1, *admin_));
  context_.emplace(TaskContext{plan_, topics_->map, topics_->output_partitions});
  for (int number = 0; number < options_.workers; ++number) workers_.push_back(make_worker(number));
  return {};
}

std::unique_ptr<Worker> VirtualRun::make_worker(int number) {
  WorkerOptions options{.instance = "virtual",
                        .number = number,
                        .nonce = ++lives_,
                        .commit_interval = kNever,
                        .session_timeout = log_->timeout_max(),
                        .transaction_timeout = log_->timeout_max(),
                        .fetch_records = options_.fetch_records};
  if (options_.produces_at_once) options.produce_bytes = 1;
  return std::make_unique<Worker>(options, *context_, log_->client(), clock_, *logger_);
}

Result<void> VirtualRun::send(const SourcePlan& source, const OwnedRecord& record) {
  const bool known = source.partitioner != Partitioner::kUnknown;
  const Partitioner partitioner = known ? source.partitioner : Partitioner::kMurmur2;
  // Records of one row of a table are in one partition, however it is found.
  bool by_key = record.key && (source.is_table() || (known && !source.key_columns.empty()));
  Partition partition = by_key ? partition_of(partitioner, *record.key, options_.partitions)
                               : Partition{static_cast<int32_t>(sent_without_key_++ % options_.partitions)};
  std::vector<OutgoingHeader> headers;
  for (const OwnedHeader& header : record.headers) headers.push_back({header.name, header.value});
  return log_->append({source.topic, partition}, {record.key, record.value, headers, record.timestamp});
}

Result<void> VirtualRun::drain() {
  int quiet_rounds = 0;
  int in_vain = 0;
  while (quiet_rounds < 2) {  // the second one sees what the first one's commit made visible
    if (PACTOLUS_TRY(turn())) {
      quiet_rounds = 0;
      in_vain = 0;
      PACTOLUS_TRY(disturb());
      continue;
    }
    for (auto& worker : workers_) PACTOLUS_TRY(worker->commit_now());
    auto left = PACTOLUS_TRY(unfinished());
    if (!left && ended_ && end_finished_inputs()) {
      quiet_rounds = 0;
    } else if (!left) {
      ++quiet_rounds;
    } else {
      quiet_rounds = 0;
      if (!log_->wait(++in_vain)) return Error{*left};
    }
  }
  return {};
}

/// False: nobody had anything to do.
Result<bool> VirtualRun::turn() {
  bool busy = false;
  for (auto& worker : workers_) busy = PACTOLUS_TRY(worker->turn()) == Turn::kWorked || busy;
  return busy;
}

/// What is still to be waited for, if anything.
Result<std::optional<std::string>> VirtualRun::unfinished() {
  if (auto missing = missing_tasks()) return missing;
  for (auto& worker : workers_) {
    for (Task* task : worker->tasks()) {
      if (task->changed()) return std::optional{"not committed: what task " + to_string(task->id()) + " did"};
    }
  }
  return unread();
}

std::optional<std::string> VirtualRun::missing_tasks() const {
  size_t running = 0;
  size_t wanted = 0;
  for (const auto& worker : workers_) running += worker->running_tasks();
  for (const SubTopologyTasks& tasks : context_->map.sub_topologies)
    wanted += static_cast<size_t>(tasks.tasks);
  if (running == wanted) return std::nullopt;
  return "the tasks do not start: " + std::to_string(running) + " of " + std::to_string(wanted) + " run";
}

Result<std::optional<std::string>> VirtualRun::unread() {
  std::map<TopicPartition, Offset> lowest;  // several tasks read a global table
  for (auto& worker : workers_) {
    for (Task* task : worker->tasks()) {
      for (const auto& input : task->inputs()) {
        if (!input->at_end()) return std::optional{"not read to its end: " + to_string(input->partition())};
        auto [place, is_new] = lowest.emplace(input->partition(), input->fetch_offset());
        if (!is_new) place->second = std::min(place->second, input->fetch_offset());
      }
    }
  }
  std::vector<PartitionPosition> positions;
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, offset] : lowest) {
    positions.push_back({partition, offset});
    partitions.push_back(partition);
  }
  // Nothing is open: what cannot be read yet becomes readable within a moment.
  auto ends = admin_->offsets(partitions, OffsetEdge::kEnd, Isolation::kReadUncommitted);
  if (!ends && ends.error().kind == LogErrorKind::kRetry) return std::optional{ends.error().message};
  if (!ends) return Error{ends.error().message};
  for (size_t i = 0; i < positions.size(); ++i) {
    if (positions[i].offset >= (*ends)[i].offset) continue;
    return std::optional{"not read to its end: " + to_string(partitions[i]) + ": " +
                         std::to_string(positions[i].offset.value()) + " of " +
                         std::to_string((*ends)[i].offset.value())};
  }
  return std::optional<std::string>{};
}

/// The end of an input is no record that a restored task would read again: it is told whenever a task stands
/// there.
bool VirtualRun::end_finished_inputs() {
  bool any = false;
  for (auto& worker : workers_) {
    for (Task* task : worker->tasks()) {
      bool finished = true;
      bool told = true;
      for (const auto& input : task->inputs()) {
        if (input->plan().source == nullptr) continue;
        finished = finished && input->at_end();
        told = told && input->progress().watermark == EventTime::max();
      }
      if (!finished || told) continue;
      task->end_inputs();
      any = true;
    }
  }
  return any;
}

/// After a turn in which something happened: commits and deaths, as the options want them.
Result<void> VirtualRun::disturb() {
  for (size_t i = 0; i < workers_.size(); ++i) {
    bool commit = options_.commits == VirtualCommits::kEveryTurn ||
                  (options_.commits == VirtualCommits::kAtRandom && one_in(3));
    if (commit) PACTOLUS_TRY(workers_[i]->commit_now());
    bool kill = options_.kills_at_random && one_in(12);
    if (!kill) continue;
    workers_[i].reset();
    workers_[i] = make_worker(static_cast<int>(i));
  }
  return {};
}

void VirtualRun::restart() {
  workers_.clear();
  for (int number = 0; number < options_.workers; ++number) workers_.push_back(make_worker(number));
}

Result<void> VirtualRun::end_input() {
  ended_ = true;
  return drain();
}

Result<std::vector<OwnedRecord>> VirtualRun::read(const std::string& topic) const {
  std::vector<OwnedRecord> records;
  int32_t partitions = topics_->output_partitions.at(topic);
  for (int32_t partition = 0; partition < partitions; ++partition) {
    auto more = PACTOLUS_TRY(log_->read({topic, Partition{partition}}));
    std::ranges::move(more, std::back_inserter(records));
  }
  return records;
}

}  // namespace pactolus
