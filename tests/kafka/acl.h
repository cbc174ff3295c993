#pragma once

#include <string>

namespace pactolus {

/// What an access rule is about.
enum class AclResource { kTopic, kGroup, kTransactionalId };

/// Gives a stranger a right on the resource: from then on nobody else has any (scripts/kafka lets everyone do
/// everything only where no rule is).
void lock_out(const std::string& bootstrap, AclResource resource, const std::string& name);

}  // namespace pactolus
