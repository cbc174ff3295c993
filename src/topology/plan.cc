#include "topology/plan.h"

#include <algorithm>

namespace pactolus {

std::string Plan::changelog_topic(const std::string& lead_topic) const {
  return internal_prefix + name + "-" + lead_topic + "-changelog";
}

bool Plan::makes_decisions() const {
  bool merges = std::ranges::any_of(sub_topologies, [](const auto& sub) { return sub.inputs.size() > 1; });
  bool idles =
      std::ranges::any_of(sources, [](const auto& source) { return source->time && source->time->idle; });
  return merges || idles;
}

std::string Plan::decisions_topic() const { return internal_prefix + name + "-decisions"; }

}  // namespace pactolus
