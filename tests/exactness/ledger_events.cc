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
)";

constexpr int64_t kDay = 86'400;
constexpr int64_t kMinute = 60;

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
  char at[64];
  std::snprintf(at, sizeof at, "2026-01-%02dT%02d:%02d:%02dZ", static_cast<int>(1 + second / kDay),
                static_cast<int>(second % kDay / 3600), static_cast<int>(second / kMinute % 60),
                static_cast<int>(second % kMinute));
  return "{\"id\":" + std::to_string(id) + ",\"k\":\"" + k + "\",\"g\":\"" + g + "\",\"v\":" + sign +
         std::to_string(size / 100) + "." + digits + ",\"at\":\"" + at + "\"}";
}

const Event& EventStream::next(std::mt19937& random) {
  Event event{.id = static_cast<int64_t>(events_.size()),
              .k = "k" + std::to_string(random() % shape_.keys),
              .g = "g" + std::to_string(random() % shape_.groups),
              .cents = static_cast<int64_t>(random() % 1000) - 100,
              .second = second_ + static_cast<int64_t>(random() % 4)};
  event.broken = shape_.broken_each > 0 && random() % shape_.broken_each == 0;
  second_ += random() % 3 == 0 ? static_cast<int64_t>(random() % 20) : 0;
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
              .second = closed_second_ + kFar};
  for (int key = 0; event.k.empty() || partition_of(event, partitions) != partition; ++key)
    event.k = "k" + std::to_string(key);
  events_.push_back(std::move(event));
  return events_.back();
}

int32_t partition_of(const Event& event, int32_t partitions) {
  return pactolus::partition_of(Partitioner::kMurmur2, event.k, partitions).value();
}

}  // namespace pactolus::testing
