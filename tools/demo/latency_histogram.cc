#include "latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace pactolus::demo {

void LatencyHistogram::add(Duration latency) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(latency).count();
  ++counts_[std::min(static_cast<size_t>(std::max<int64_t>(ms, 0)), kMillisMax)];
  ++count_;
}

uint64_t LatencyHistogram::percentile_ms(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t ms = 0; ms < counts_.size(); ++ms) {
    seen += counts_[ms];
    if (seen >= wanted) return ms;
  }
  return kMillisMax;
}

}  // namespace pactolus::demo
