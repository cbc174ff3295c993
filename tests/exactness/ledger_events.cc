#include "exactness/ledger_events.h"

#include <cstdio>

#include "data/partitioner.h"
#include "replaced.h"

namespace pactolus::testing {
namespace {

constexpr const char* kTopology = R"(
topology: NAME
sources:
  events:
    topic: NAME.events
    key: k
    time: {field: at, disorder: 5s}
    fields:
      id: bigint
      k: text
      g: text
      v: numeric(12,2)
      at: timestamptz
  replies:
    topic: NAME.replies
    key: k
    time: {field: at, disorder: 40s}
    fields:
      id: bigint
      k: text
      at: timestamptz
steps:
  valid:
    from: events
    filter: v > 0
  running:
    from: valid
    aggregate:
      by: k
      emit: changes
      select:
        n: count(*)
        total: sum(v)
  minutes:
    from: valid
    aggregate:
      by: g
      window: {tumbling: 1m}
      emit: final
      select:
        n: count(*)
        total: sum(v)
  answered:
    from: valid
    join:
      stream: replies
      kind: left
      within: {after: 1m}
      match: valid.k = replies.k AND valid.id = replies.id
      select:
        id: valid.id
        reply: replies.id
)";

constexpr const char* kFirstEdition = R"(
sinks:
  passed: {from: valid, topic: NAME.passed, key: k}
)";
constexpr const char* kSecondEdition = R"(
  marked:
    from: valid
    project:
      add:
        edition: 2
sinks:
  passed: {from: marked, topic: NAME.passed, key: k}
)";
constexpr const char* kOtherSinks = R"(
  counts: {from: running, topic: NAME.counts, key: k}
  minutes: {from: minutes, topic: NAME.minutes, key: [g, window_start]}
  answered: {from: answered, topic: NAME.answered, key: id}
)";

constexpr int64_t kDay = 86'400;
constexpr int64_t kMinute = 60;

/// Every third event is answered, with the one that comes so much later.
constexpr int64_t kAnsweredEach = 3;
constexpr int64_t kReplyBehind = 7;

std::string time_of(int64_t second) {
  char at[64];
  std::snprintf(at, sizeof at, "2026-01-%02dT%02d:%02d:%02dZ", static_cast<int>(1 + second / kDay),
                static_cast<int>(second % kDay / 3600), static_cast<int>(second / kMinute % 60),
                static_cast<int>(second % kMinute));
  return at;
}

int32_t partition_of(const Event& event, int32_t partitions) {
  return pactolus::partition_of(Partitioner::kMurmur2, event.k, partitions).value();
}

}  // namespace

std::string ledger_topology(const std::string& name, int edition) {
  std::string text = std::string(kTopology) + (edition == 1 ? kFirstEdition : kSecondEdition) + kOtherSinks;
  return replaced(text, "NAME", name);
}

std::string Event::json() const {
  if (broken) return "{\"id\":" + std::to_string(id) + ",";
  std::string sign = cents < 0 ? "-" : "";
  int64_t size = std::abs(cents);
  std::string digits = std::to_string(size % 100);
  if (digits.size() < 2) digits.insert(0, "0");
  return "{\"id\":" + std::to_string(id) + ",\"k\":\"" + k + "\",\"g\":\"" + g + "\",\"v\":" + sign +
         std::to_string(size / 100) + "." + digits + ",\"at\":\"" + time_of(second) + "\"}";
}

/// Up to half a minute later.
std::string Event::reply_json() const {
  return "{\"id\":" + std::to_string(id) + ",\"k\":\"" + k + "\",\"at\":\"" + time_of(second + id % 30) +
         "\"}";
}

const Event& EventStream::next(std::mt19937& random) {
  Event event{.id = static_cast<int64_t>(events_.size()),
              .k = "k" + std::to_string(random() % shape_.keys),
              .g = "g" + std::to_string(random() % shape_.groups),
              .cents = static_cast<int64_t>(random() % 1000) - 100,
              .second = second_ + static_cast<int64_t>(random() % 4)};
  event.broken = shape_.broken_each > 0 && random() % shape_.broken_each == 0;
  second_ += random() % 3 == 0 ? static_cast<int64_t>(random() % 20) : 0;
  const int64_t earlier = event.id - kReplyBehind;
  if (earlier >= 0 && earlier % kAnsweredEach == 0) {
    event.replies = earlier;
    events_[static_cast<size_t>(earlier)].answered = true;
  }
  events_.push_back(std::move(event));
  return events_.back();
}

const Event& EventStream::closing(int32_t partition, int32_t partitions) {
  constexpr int64_t kFar = 3600;
  if (closed_second_ == 0) closed_second_ = second_ + kFar / 2;
  Event event{.id = static_cast<int64_t>(events_.size()),
              .k = "",
              .g = "closing",
              .cents = 1,
              .second = closed_second_ + kFar,
              .answered = true};
  event.replies = event.id;
  for (int key = 0; event.k.empty() || partition_of(event, partitions) != partition; ++key)
    event.k = "k" + std::to_string(key);
  events_.push_back(std::move(event));
  return events_.back();
}

std::vector<LedgerRecord> records_of(const Event& event, std::span<const Event> events, int32_t partitions) {
  std::vector<LedgerRecord> records = {{".events", partition_of(event, partitions), event.k, event.json()}};
  if (event.replies) {
    const Event& answered = events[static_cast<size_t>(*event.replies)];
    records.push_back({".replies", partition_of(answered, partitions), answered.k, answered.reply_json()});
  }
  return records;
}

}  // namespace pactolus::testing
