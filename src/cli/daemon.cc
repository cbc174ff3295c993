#include "cli/daemon.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cli/command.h"

namespace pactolus {
namespace {

constexpr std::chrono::milliseconds kLookInterval{100};

}  // namespace

Daemon::Daemon(std::vector<std::unique_ptr<Application>> applications, StopSignals& signals, Logger& logger)
    : applications_(std::move(applications)), signals_(signals), logger_(logger) {}

int Daemon::run() {
  start();
  while (ended_ < applications_.size()) {
    if (auto signal = signals_.wait(kLookInterval)) on_signal(*signal);
    if (status_ != kExitFine && !deadline_) stop_all();
    bool overdue = deadline_ && std::chrono::steady_clock::now() > *deadline_;
    if (!overdue) continue;
    logger_.error("not stopped within {} s: ending without a last commit", kStopTimeMax.count());
    logger_.flush();
    _exit(kExitFindings);
  }
  for (std::thread& thread : threads_) thread.join();
  return status_;
}

void Daemon::start() {
  for (const auto& application : applications_) {
    threads_.emplace_back([this, &application = *application] { run_one(application); });
  }
}

void Daemon::run_one(Application& application) {
  auto outcome = application.run();
  if (!outcome) {
    log_lines(outcome.error().message);
    int expected = kExitFine;  // the first failure decides
    status_.compare_exchange_strong(expected, application.began() ? kExitFindings : kExitConfiguration);
  }
  ++ended_;
}

/// An error may list several findings, one on each line.
void Daemon::log_lines(std::string_view text) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    logger_.error("{}", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Daemon::on_signal(int signal) {
  const char* name = signal == SIGINT ? "SIGINT" : "SIGTERM";
  if (stopped_by_) {
    logger_.warn("{} again: ending at once", name);
    logger_.flush();
    _exit(128 + signal);
  }
  stopped_by_ = signal;
  logger_.info("{}: finishing what is begun, then stopping", name);
  stop_all();
}

void Daemon::stop_all() {
  if (!deadline_) deadline_ = std::chrono::steady_clock::now() + kStopTimeMax;
  for (const auto& application : applications_) application->stop();
}

}  // namespace pactolus
