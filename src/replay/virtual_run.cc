#include "replay/virtual_run.h"

#include <algorithm>

#include "data/partitioner.h"

namespace pactolus {
namespace {

/// Group sessions and transactions last for ever: the wall clock stands for the world's time, not for the
/// workers'.
constexpr Duration kForEver = std::chrono::hours{24 * 365 * 100};
/// Turns in which nothing happens although tasks are still missing.
constexpr int kFruitlessTurnsMax = 1000;

}  // namespace

VirtualRun::VirtualRun(const Plan& plan, VirtualRunOptions options)
    : plan_(plan),
      options_(options),
      logger_(make_silent_logger()),
      clock_(options.start),
      log_(clock_, MemoryWaits::kNever),
      client_(log_),
      random_(options.seed) {}

VirtualRun::~VirtualRun() = default;

Result<std::unique_ptr<VirtualRun>> VirtualRun::make(const Plan& plan, VirtualRunOptions options) {
  std::unique_ptr<VirtualRun> run(new VirtualRun(plan, options));
  PACTOLUS_TRY(run->prepare());
  return run;
}

Result<void> VirtualRun::prepare() {
  for (const auto& source : plan_.sources) log_.create_topic({source->topic, options_.partitions, 1, {}});
  for (const auto& sink : plan_.sinks) log_.create_topic({sink->topic, options_.partitions, 1, {}});
  auto admin = client_.admin();
  PACTOLUS_CHECK(admin.ok());
  auto topics = prepare_topics(plan_, 1, **admin);
  if (!topics) return Error{topics.error().message};
  topics_ = std::move(*topics);
  context_.emplace(TaskContext{plan_, topics_->map, topics_->output_partitions});
  for (int number = 0; number < options_.workers; ++number) workers_.push_back(make_worker(number));
  return {};
}

std::unique_ptr<Worker> VirtualRun::make_worker(int number) {
  WorkerOptions options{.instance = "virtual",
                        .number = number,
                        .nonce = ++lives_,
                        .commit_interval = kForEver,
                        .session_timeout = kForEver,
                        .transaction_timeout = kForEver,
                        .fetch_records = options_.fetch_records};
  return std::make_unique<Worker>(options, *context_, client_, clock_, *logger_);
}

void VirtualRun::send(const SourcePlan& source, const OwnedRecord& record) {
  bool by_key = record.key && !source.key_columns.empty() && source.partitioner != Partitioner::kUnknown;
  Partition partition = by_key ? partition_of(source.partitioner, *record.key, options_.partitions)
                               : Partition{static_cast<int32_t>(sent_without_key_++ % options_.partitions)};
  std::vector<OutgoingHeader> headers;
  for (const OwnedHeader& header : record.headers) headers.push_back({header.name, header.value});
  OutgoingRecord outgoing{record.key, record.value, headers, record.timestamp};
  log_.append({source.topic, partition}, outgoing);
}

Result<void> VirtualRun::drain() {
  int quiet_rounds = 0;
  int fruitless = 0;
  while (quiet_rounds < 2) {  // the second one sees what the first one's commit made visible
    if (PACTOLUS_TRY(turn())) {
      quiet_rounds = 0;
      fruitless = 0;
      PACTOLUS_TRY(disturb());
      continue;
    }
    for (auto& worker : workers_) PACTOLUS_TRY(worker->commit_now());
    if (all_tasks_run()) {
      ++quiet_rounds;
    } else if (++fruitless == kFruitlessTurnsMax) {
      return Error{"the tasks do not start"};
    }
  }
  return {};
}

/// False: nobody had anything to do.
Result<bool> VirtualRun::turn() {
  bool busy = false;
  for (auto& worker : workers_) busy = PACTOLUS_TRY(worker->turn()) == Turn::kWorked || busy;
  if (ended_ && !busy) busy = end_finished_inputs();
  return busy;
}

bool VirtualRun::all_tasks_run() const {
  size_t running = 0;
  size_t wanted = 0;
  for (const auto& worker : workers_) running += worker->running_tasks();
  for (const SubTopologyTasks& tasks : context_->map.sub_topologies)
    wanted += static_cast<size_t>(tasks.tasks);
  return running == wanted;
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

std::vector<OwnedRecord> VirtualRun::read(const std::string& topic) const {
  std::vector<OwnedRecord> records;
  int32_t partitions = topics_->output_partitions.at(topic);
  for (int32_t partition = 0; partition < partitions; ++partition) {
    for (OwnedRecord& record : log_.read({topic, Partition{partition}}, Isolation::kReadCommitted)) {
      records.push_back(std::move(record));
    }
  }
  return records;
}

}  // namespace pactolus
