#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "live_view.h"
#include "options.h"
#include "results_check.h"
#include "stop_signal.h"
#include "topic_follower.h"
#include "trade_generator.h"
#include "trade_producer.h"

namespace pactolus::demo {

/// One run of the demo, beside a Pactolus that runs `topologies/trade-monitor.yaml`: produces trades, follows
/// all topics, shows the results, and says at the end whether they are right. One loop, one thread.
class DemoRun {
 public:
  /// The references must live as long.
  DemoRun(const Options& options, TopicFollower& follower, TradeProducer& producer, StopSignal& stop);

  /// True: every result equals its recomputation. An error: the demo could not be carried through.
  Result<bool> run();

 private:
  Result<void> read_what_exists();
  Result<void> produce_history();
  Result<void> produce_live();
  Result<void> send_due(Duration elapsed);
  /// Waits until every output that is due has come, as long as some do.
  Result<void> wait_for_outputs();
  /// Reads all topics as far as they go now: what ought not to be there would show.
  Result<void> read_to_the_end();

  /// Reads what has come and looks for signals; an error if Pactolus has ended. Called all the time.
  Result<void> follow();
  Result<void> take_signal();
  Result<void> check_pactolus() const;
  void draw_if_due();

  const Options options_;
  TopicFollower& follower_;
  TradeProducer& producer_;
  StopSignal& stop_;
  SystemClock clock_;
  TradeGenerator generator_;
  LiveView view_;
  ResultsCheck check_;
  uint64_t history_ = 0;                      // trades produced at once
  std::optional<ProcessingTime> live_start_;  // none: not yet
  ProcessingTime last_draw_;
  bool stopping_ = false;  // a signal came
};

}  // namespace pactolus::demo
