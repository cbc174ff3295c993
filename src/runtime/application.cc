#include "runtime/application.h"

#include <algorithm>
#include <random>
#include <thread>

namespace pactolus {
namespace {

constexpr auto kRetryInterval = std::chrono::milliseconds{500};

uint64_t random_nonce() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

}  // namespace

Application::Application(std::unique_ptr<const Plan> plan, ApplicationOptions options, LogClient& client,
                         const Clock& clock, Logger& logger)
    : plan_(std::move(plan)),
      options_(std::move(options)),
      client_(client),
      clock_(clock),
      logger_(logger),
      nonce_source_(random_nonce) {}

Application::~Application() = default;

Result<void> Application::run() {
  if (!PACTOLUS_TRY(prepare())) return {};
  return run_workers();
}

void Application::stop() {
  stopping_ = true;
  std::lock_guard lock(mutex_);
  for (const auto& worker : workers_) worker->stop();
}

/// False: stopped meanwhile.
Result<bool> Application::prepare() {
  bool waiting = false;
  while (!stopping_) {
    auto admin = client_.admin();
    auto topics = admin ? prepare_topics(*plan_, options_.replication, **admin)
                        : LogResult<PreparedTopics>(std::move(admin).error());
    if (topics) {
      if (waiting) logger_.info("{}: Kafka is reachable", plan_->name);
      topics_ = std::move(*topics);
      context_.emplace(TaskContext{.plan = *plan_,
                                   .map = topics_->map,
                                   .output_partitions = topics_->output_partitions,
                                   .close_rows_max = options_.close_rows_max});
      return true;
    }
    if (topics.error().kind != LogErrorKind::kRetry) return in_own_name({topics.error().message});
    if (!waiting) logger_.warn("{}: waiting for Kafka: {}", plan_->name, topics.error().message);
    waiting = true;
    std::this_thread::sleep_for(kRetryInterval);
  }
  return false;
}

Result<void> Application::run_workers() {
  {
    std::lock_guard lock(mutex_);
    for (int number = 0; number < options_.workers; ++number) {
      WorkerOptions worker = options_.worker;
      worker.number = number;
      worker.nonce = nonce_source_();
      workers_.push_back(std::make_unique<Worker>(worker, *context_, client_, clock_, logger_));
      if (stopping_) workers_.back()->stop();
    }
  }
  logger_.info("{}: running with {} workers, results {}, task map {}", plan_->name, options_.workers,
               options_.worker.results_at_once ? "at least once" : "exactly once", context_->map.hash);
  std::vector<std::thread> threads;
  for (const auto& worker : workers_) {
    threads.emplace_back([this, &worker = *worker] {
      auto outcome = worker.run();
      if (!outcome) fail(std::move(outcome).error());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::lock_guard lock(mutex_);
  began_ = std::ranges::any_of(workers_, [](const auto& worker) { return worker->has_committed(); });
  workers_.clear();
  if (failure_) return *failure_;
  logger_.info("{}: stopped", plan_->name);
  return {};
}

void Application::fail(Error error) {
  {
    std::lock_guard lock(mutex_);
    if (!failure_) failure_ = in_own_name(error);
  }
  stop();
}

/// Each line of several may be read alone.
Error Application::in_own_name(const Error& error) const {
  std::string named = plan_->name + ": ";
  for (char c : error.message) {
    named += c;
    if (c == '\n') named += plan_->name + ": ";
  }
  return Error{std::move(named)};
}

}  // namespace pactolus
