#pragma once

#include <string>

namespace pactolus {

/// What an access rule is about.
enum class AclResource { kTopic, kGroup };

enum class AclRight { kDescribe, kRead, kWrite };  // the latter two contain the first

/// Gives a stranger a right on the resource: from then on nobody else has any (scripts/kafka lets everyone do
/// everything only where no rule is).
void lock_out(const std::string& bootstrap, AclResource resource, const std::string& name);
/// Leaves everyone this right on the resource, and no other.
void allow_only(const std::string& bootstrap, AclResource resource, const std::string& name, AclRight right);

}  // namespace pactolus
