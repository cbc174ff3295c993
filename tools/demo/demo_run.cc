#include "demo_run.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "report.h"

namespace pactolus::demo {

namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr Duration kPatience = std::chrono::seconds{60};  // without any progress
constexpr Duration kTurnMax = std::chrono::milliseconds{50};
constexpr Duration kTurnMin = std::chrono::milliseconds{1};
constexpr uint64_t kBurst = 1000;  // trades between two looks at the results

void say(const std::string& line) {
  std::printf("  %s\n", line.c_str());
  std::fflush(stdout);
}

}  // namespace

DemoRun::DemoRun(const Options& options, TopicFollower& follower, TradeProducer& producer, StopSignal& stop)
    : options_(options),
      follower_(follower),
      producer_(producer),
      stop_(stop),
      generator_(options.seed),
      view_(stdout, isatty(STDOUT_FILENO) == 1),
      check_(view_) {}

Result<bool> DemoRun::run() {
  PACTOLUS_TRY(read_what_exists());
  PACTOLUS_TRY(produce_history());
  PACTOLUS_TRY(wait_for_outputs());
  PACTOLUS_TRY(produce_live());
  PACTOLUS_TRY(wait_for_outputs());
  PACTOLUS_TRY(read_to_the_end());
  std::fputs(report(check_, history_).c_str(), stdout);
  return check_.balanced();
}

Result<void> DemoRun::read_what_exists() {
  PACTOLUS_TRY(read_to_the_end());
  const uint64_t records = check_.input().records();
  if (records > 0) say("going on after " + grouped(records) + " trades of earlier runs");
  return {};
}

Result<void> DemoRun::produce_history() {
  const int64_t now = clock_.now().micros();
  const int64_t wanted = now - options_.history_seconds * kMicrosPerSecond;
  // Where an earlier run has been, windows are closed already.
  const int64_t begin = std::max(wanted, check_.input().last_event_time().value_or(wanted));
  const int64_t distance = std::max<int64_t>(kMicrosPerSecond / options_.rate, 1);
  for (int64_t time = begin; time < now; time += distance) {
    PACTOLUS_TRY(producer_.send(generator_.next(time), clock_.now()));
    if (producer_.sent() % kBurst == 0) PACTOLUS_TRY(follow());
  }
  history_ = producer_.sent();
  if (history_ == 0) return {};
  PACTOLUS_TRY(producer_.flush(kPatience));
  say("produced " + grouped(history_) + " trades of the last " +
      std::to_string((now - begin) / kMicrosPerSecond) + " seconds; waiting for their results");
  return {};
}

Result<void> DemoRun::produce_live() {
  live_start_ = clock_.now();
  check_.measure_from(*live_start_);
  while (!stopping_) {
    const Duration elapsed = clock_.now() - *live_start_;
    if (options_.seconds > 0 && elapsed >= std::chrono::seconds{options_.seconds}) break;
    PACTOLUS_TRY(send_due(elapsed));
    PACTOLUS_TRY(follow());
    follower_.wait(std::clamp(Duration{kMicrosPerSecond / options_.rate}, kTurnMin, kTurnMax));
  }
  return producer_.flush(kPatience);
}

Result<void> DemoRun::send_due(Duration elapsed) {
  const uint64_t due = history_ + static_cast<uint64_t>(elapsed.count() * options_.rate / kMicrosPerSecond);
  for (uint64_t n = 0; n < kBurst && producer_.sent() < due; ++n) {
    const ProcessingTime now = clock_.now();
    PACTOLUS_TRY(producer_.send(generator_.next(now.micros()), now));
  }
  return producer_.poll();
}

Result<void> DemoRun::wait_for_outputs() {
  PACTOLUS_TRY(follower_.note_ends());
  ProcessingTime last_progress = clock_.now();
  uint64_t missing = check_.missing();
  while (missing > 0 || !follower_.has_reached_ends()) {
    PACTOLUS_TRY(follow());
    if (std::exchange(missing, check_.missing()) != check_.missing()) last_progress = clock_.now();
    if (clock_.now() - last_progress > kPatience) {
      return Error{grouped(missing) + " outputs are missing, and none has come for " +
                   std::to_string(kPatience.count() / kMicrosPerSecond) + " seconds"};
    }
    follower_.wait(kTurnMax);
  }
  return {};
}

Result<void> DemoRun::read_to_the_end() {
  PACTOLUS_TRY(follower_.note_ends());
  const ProcessingTime start = clock_.now();
  while (!follower_.has_reached_ends()) {
    PACTOLUS_TRY(follow());
    if (clock_.now() - start > kPatience) return Error{"Kafka doesn't give out the topics' records"};
    follower_.wait(kTurnMax);
  }
  return {};
}

Result<void> DemoRun::follow() {
  PACTOLUS_TRY(take_signal());
  PACTOLUS_TRY(check_pactolus());
  PACTOLUS_TRY(follower_.poll([this](const TopicPartition& partition, const RecordView& record) {
    check_.take(partition, record, clock_.now());
  }));
  if (live_start_) draw_if_due();
  return {};
}

Result<void> DemoRun::take_signal() {
  if (!stop_.take()) return {};
  if (!live_start_ || stopping_) return Error{"stopped"};
  stopping_ = true;
  return {};
}

Result<void> DemoRun::check_pactolus() const {
  if (options_.pid == 0 || kill(options_.pid, 0) == 0 || errno != ESRCH) return {};
  return Error{"Pactolus has ended"};
}

void DemoRun::draw_if_due() {
  const ProcessingTime now = clock_.now();
  if (now - last_draw_ < view_.interval()) return;
  last_draw_ = now;
  view_.draw({.seconds = (now - *live_start_).count() / kMicrosPerSecond,
              .trades = check_.input().records(),
              .results = check_.days().received() + check_.minutes().received(),
              .dead_letters = check_.dead_letters().received(),
              .wrong = check_.different(),
              .p50_ms = check_.latencies().percentile_ms(0.5),
              .p99_ms = check_.latencies().percentile_ms(0.99)});
}

}  // namespace pactolus::demo
