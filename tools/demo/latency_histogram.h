#pragma once

#include <cstdint>
#include <vector>

#include "base/types.h"

namespace pactolus::demo {

/// Latencies in whole milliseconds up to a minute. Threads: one.
class LatencyHistogram {
 public:
  void add(Duration latency);
  uint64_t count() const { return count_; }
  /// The smallest number of milliseconds that `share` (0 to 1) of the latencies do not exceed; 0 if there are
  /// none.
  uint64_t percentile_ms(double share) const;

 private:
  static constexpr size_t kMillisMax = 60'000;  // longer ones count as this

  std::vector<uint64_t> counts_ = std::vector<uint64_t>(kMillisMax + 1);
  uint64_t count_ = 0;
};

}  // namespace pactolus::demo
