#pragma once

#include <algorithm>

#include "base/types.h"

namespace pactolus {

/// The largest multiple of `distance` (> 0) that is at most `time`. min() and max() are their own multiples.
inline EventTime multiple_below(EventTime time, Duration distance) {
  if (time == EventTime::min() || time == EventTime::max()) return time;
  int64_t remainder = time.micros() % distance.count();
  if (remainder < 0) remainder += distance.count();
  return time - Duration{remainder};
}

/// The smallest multiple of `distance` that is above `time`.
inline EventTime next_multiple(EventTime time, Duration distance) {
  return multiple_below(time, distance) + distance;
}

/// The Kafka timestamp of a result: its event time in whole milliseconds, but never beyond the highest
/// timestamp that the task has read (brokers refuse records from their future) and never negative.
inline ProcessingTime bounded_timestamp(EventTime event_time, ProcessingTime record_time) {
  int64_t micros = std::clamp<int64_t>(event_time.micros(), 0, std::max<int64_t>(0, record_time.micros()));
  return ProcessingTime{micros / 1000 * 1000};
}

}  // namespace pactolus
