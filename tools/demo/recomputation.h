#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/types.h"
#include "data/record_view.h"
#include "statistics.h"

namespace pactolus::demo {

enum class OutputKind { kMinute, kDay, kDeadLetter };

/// A record that Pactolus has to write because of an input record.
struct Expectation {
  OutputKind kind;
  std::string group;        // within a kind, records of one group come in order
  std::string content;      // what it must say
  ProcessingTime produced;  // when the input record was
};

/// Computes from the input topic what `topologies/trade-monitor.yaml` has to write: the minutes that closed,
/// the day so far after each trade, and the dead letters. It knows that file's rules by heart and shares no
/// code with the product. Threads: one.
class Recomputation {
 public:
  using Sink = std::function<void(Expectation)>;
  explicit Recomputation(Sink sink) : sink_(std::move(sink)) {}

  /// The next record of a partition of the input topic.
  void add(const TopicPartition& partition, const RecordView& record);

  uint64_t records() const { return records_; }
  uint64_t filtered() const { return filtered_; }
  uint64_t open_minutes() const;
  /// The highest event time so far, in microseconds; none without trades.
  std::optional<int64_t> last_event_time() const { return last_event_time_; }

 private:
  struct Trade {
    std::string symbol;
    int64_t time = 0;  // microseconds
    Wide price = 0;    // millionths
    int64_t quantity = 0;
  };
  struct Place {
    const TopicPartition& partition;
    const RecordView& record;
  };
  /// Windows of one size in one partition, by their end, then by symbol.
  using Windows = std::map<int64_t, std::map<std::string, Statistics>>;
  struct PartitionState {
    int64_t watermark = INT64_MIN;
    Windows minutes;
    Windows days;
  };

  /// A trade, or the code of the dead letter.
  static std::variant<Trade, std::string> read(const RecordView& record);
  void count_day(const Trade& trade, const Place& place, PartitionState& state);
  void count_minute(const Trade& trade, const Place& place, PartitionState& state);
  void close_windows(const Place& place, PartitionState& state);
  void expect_dead_letter(const Place& place, const std::string& step, const std::string& code);

  Sink sink_;
  uint64_t records_ = 0;
  uint64_t filtered_ = 0;
  std::optional<int64_t> last_event_time_;
  std::map<TopicPartition, PartitionState> partitions_;
};

/// The group of a dead letter: where the record that it was lies, and which step refused it.
std::string dead_letter_group(const std::string& topic, const std::string& partition,
                              const std::string& offset, const std::string& step);

}  // namespace pactolus::demo
