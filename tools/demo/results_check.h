#pragma once

#include <string>
#include <vector>

#include "base/types.h"
#include "data/record_view.h"
#include "latency_histogram.h"
#include "ledger.h"
#include "live_view.h"
#include "recomputation.h"

namespace pactolus::demo {

/// Takes every record of the demo's topics as it is read: inputs go to the recomputation, outputs are set
/// against what that expects, results go to the view. Threads: one.
class ResultsCheck {
 public:
  /// The view must live as long.
  explicit ResultsCheck(LiveView& view);
  ResultsCheck(const ResultsCheck&) = delete;
  ResultsCheck& operator=(const ResultsCheck&) = delete;

  void take(const TopicPartition& partition, const RecordView& record, ProcessingTime now);
  /// Latencies count for trades produced from here on.
  void measure_from(ProcessingTime start) { measure_from_ = start; }

  const Recomputation& input() const { return recomputation_; }
  const Ledger& minutes() const { return minutes_; }
  const Ledger& days() const { return days_; }
  const Ledger& dead_letters() const { return dead_letters_; }
  /// From the production of a trade to the day's change of it, committed and read.
  const LatencyHistogram& latencies() const { return latencies_; }
  /// Every output that is due has come, equal, once, and none besides.
  bool balanced() const { return minutes_.balanced() && days_.balanced() && dead_letters_.balanced(); }
  /// Outputs that are not, or not yet, equal to an expected one.
  uint64_t missing() const { return minutes_.missing() + days_.missing() + dead_letters_.missing(); }
  uint64_t different() const { return minutes_.different() + days_.different() + dead_letters_.different(); }
  std::vector<std::string> complaints() const;

 private:
  void take_result(Ledger& ledger, const RecordView& record, ProcessingTime now);
  void take_dead_letter(const RecordView& record, ProcessingTime now);

  LiveView& view_;
  ProcessingTime measure_from_ = ProcessingTime::max();
  LatencyHistogram latencies_;
  Ledger minutes_;
  Ledger days_;
  Ledger dead_letters_;
  Recomputation recomputation_;
};

}  // namespace pactolus::demo
