#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace pactolus::testing {

/// A pass-through, a running count by the topic's key, closed windows by another key (so with a repartition
/// topic), and a join with a second stream, the replies to some of the events. Its topics are NAME.events,
/// NAME.replies, NAME.passed, NAME.counts, NAME.minutes, NAME.answered. Edition 2 gives the same rows, each
/// with an `edition` in the pass-through.
std::string ledger_topology(const std::string& name, int edition = 1);

/// A record for it.
struct Event {
  int64_t id = 0;
  std::string k;
  std::string g;
  int64_t cents = 0;  // not above 0: filtered
  int64_t second = 0;
  bool broken = false;               // no JSON: a dead letter
  bool answered = false;             // there is a reply to it
  std::optional<int64_t> replies{};  // comes with the reply to the event of this id

  std::string json() const;
  std::string reply_json() const;
  bool passes() const { return !broken && cents > 0; }
};

/// Events without end, never late for their windows. Threads: one.
class EventStream {
 public:
  struct Shape {
    int keys = 12;
    int groups = 5;
    int broken_each = 0;  // one in so many; 0: none
  };
  explicit EventStream(Shape shape) : shape_(shape) {}

  const Event& next(std::mt19937& random);
  /// So late that all windows of the events so far close, once each partition has one. For one of
  /// `partitions`.
  const Event& closing(int32_t partition, int32_t partitions);
  /// All so far, in order.
  const std::vector<Event>& events() const { return events_; }
  /// Windows that end up to here close; those of closing() do not.
  int64_t closed_second() const { return closed_second_; }

 private:
  Shape shape_;
  std::vector<Event> events_;
  int64_t second_ = 0;
  int64_t closed_second_ = 0;
};

/// What a producer sends.
struct LedgerRecord {
  std::string topic;  // behind the ledger's name
  int32_t partition;  // its key says
  std::string key;
  std::string value;
};

/// The event and the reply that comes with it, in this order. `events`: all so far.
std::vector<LedgerRecord> records_of(const Event& event, std::span<const Event> events, int32_t partitions);

}  // namespace pactolus::testing
