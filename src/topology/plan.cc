#include "topology/plan.h"

namespace pactolus {

std::string Plan::changelog_topic(const std::string& lead_topic) const {
  return internal_prefix + name + "-" + lead_topic + "-changelog";
}

std::string Plan::decisions_topic() const { return internal_prefix + name + "-decisions"; }

}  // namespace pactolus
