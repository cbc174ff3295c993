#include "ledger.h"

namespace pactolus::demo {

namespace {

constexpr size_t kComplaintsMax = 5;

}  // namespace

void Ledger::expect(const std::string& group, std::string content, ProcessingTime produced) {
  ++missing_;
  const auto place = groups_.try_emplace(group).first;
  place->second.expected.push_back({std::move(content), produced});
  settle(place);
}

void Ledger::receive(const std::string& group, std::string content, ProcessingTime received) {
  ++received_;
  ++unexpected_;
  const auto place = groups_.try_emplace(group).first;
  place->second.received.push_back({std::move(content), received});
  settle(place);
}

void Ledger::settle(Groups::iterator group) {
  auto& [expected, received] = group->second;
  if (expected.empty() || received.empty()) return;
  --missing_;
  --unexpected_;
  const Entry& should = expected.front();
  const Entry& is = received.front();
  if (should.content == is.content) {
    ++matched_;
    on_match_(should.time, is.time);
  } else {
    ++different_;
    if (differences_.size() < kComplaintsMax) {
      differences_.push_back(name_ + " differs for " + group->first + "\n  expected " + should.content +
                             "\n  received " + is.content);
    }
  }
  expected.pop_front();
  received.pop_front();
  if (expected.empty() && received.empty()) groups_.erase(group);
}

std::vector<std::string> Ledger::complaints() const {
  std::vector<std::string> all = differences_;
  for (const auto& [name, group] : groups_) {
    if (all.size() >= kComplaintsMax) break;
    const bool is_missing = !group.expected.empty();
    const auto& entries = is_missing ? group.expected : group.received;
    all.push_back(name_ + (is_missing ? " is missing for " : " was not expected for ") + name + " (" +
                  std::to_string(entries.size()) + ")\n  " + entries.front().content);
  }
  return all;
}

}  // namespace pactolus::demo
