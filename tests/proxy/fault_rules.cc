#include "proxy/fault_rules.h"

namespace pactolus::testing {

int FaultRules::add(FaultRule rule) {
  const int number = static_cast<int>(rules_.size());
  rules_.push_back({.rule = std::move(rule)});
  active_.push_back(number);
  return number;
}

std::optional<int> FaultRules::find(const RequestHeader& request) {
  std::optional<int> found;
  for (int number : active_) {
    auto& [rule, seen, done] = rules_[number];
    const bool fits = (rule.api == kAnyApi || rule.api == request.api) &&
                      request.client_id.find(rule.client_id) != std::string::npos;
    if (!fits) continue;
    ++seen;
    const bool its_turn = seen >= rule.first && seen - rule.first < rule.count;
    if (its_turn && !found) found = number;
  }
  return found;
}

}  // namespace pactolus::testing
