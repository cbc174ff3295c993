#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace pactolus {

/// Position of a record in a partition. Explicit in both directions; next() owns the +1.
class Offset {
 public:
  constexpr Offset() = default;
  constexpr explicit Offset(int64_t value) : value_(value) {}
  constexpr int64_t value() const { return value_; }
  constexpr auto operator<=>(const Offset&) const = default;

 private:
  int64_t value_ = 0;
};

/// The offset to read after `offset`: what a consumer commits when `offset` was its last record.
constexpr Offset next(Offset offset) { return Offset{offset.value() + 1}; }

/// Number of a partition within its topic, from 0.
class Partition {
 public:
  constexpr Partition() = default;
  constexpr explicit Partition(int32_t value) : value_(value) {}
  constexpr int32_t value() const { return value_; }
  constexpr auto operator<=>(const Partition&) const = default;

 private:
  int32_t value_ = 0;
};

using Duration = std::chrono::microseconds;

/// A point on a time line of its own kind: microseconds since 1970-01-01T00:00:00Z. Arithmetic saturates at
/// min() and max(), which mean "before" and "after everything".
template <class Kind>
class TimePoint {
 public:
  constexpr TimePoint() = default;
  constexpr explicit TimePoint(int64_t micros) : micros_(micros) {}
  constexpr int64_t micros() const { return micros_; }
  static constexpr TimePoint min() { return TimePoint{std::numeric_limits<int64_t>::min()}; }
  static constexpr TimePoint max() { return TimePoint{std::numeric_limits<int64_t>::max()}; }
  constexpr auto operator<=>(const TimePoint&) const = default;

  friend constexpr TimePoint operator+(TimePoint time, Duration d) { return saturating(time, d.count()); }
  friend constexpr TimePoint operator-(TimePoint time, Duration d) { return saturating(time, -d.count()); }
  /// Distance, for two points that are neither min() nor max().
  friend constexpr Duration operator-(TimePoint a, TimePoint b) { return Duration{a.micros_ - b.micros_}; }

 private:
  static constexpr TimePoint saturating(TimePoint time, int64_t delta) {
    if (time == min() || time == max()) return time;
    int64_t sum = 0;
    if (__builtin_add_overflow(time.micros_, delta, &sum)) return delta < 0 ? min() : max();
    return TimePoint{sum};
  }

  int64_t micros_ = 0;
};

/// When something happened, by a field of the record.
using EventTime = TimePoint<struct EventTimeKind>;
/// When something was seen, by a clock or the Kafka record's timestamp (which has milliseconds).
using ProcessingTime = TimePoint<struct ProcessingTimeKind>;

struct TopicPartition {
  std::string topic;
  Partition partition;
  auto operator<=>(const TopicPartition&) const = default;
};

/// "topic-3", as Kafka's tools print it.
inline std::string to_string(const TopicPartition& tp) {
  return tp.topic + "-" + std::to_string(tp.partition.value());
}

}  // namespace pactolus

template <>
struct std::hash<pactolus::TopicPartition> {
  size_t operator()(const pactolus::TopicPartition& tp) const {
    return std::hash<std::string>{}(tp.topic) * 31 + static_cast<size_t>(tp.partition.value());
  }
};
