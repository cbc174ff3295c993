#pragma once

#include <cstdint>

namespace pactolus {

/// What the group protocol waits for. Set by the member's poll(), met by its reader's assign().
enum class RebalanceAnswer : uint8_t { kNone, kToAssigned, kToRevoked };

}  // namespace pactolus
