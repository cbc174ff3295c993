#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "state/changelog.h"

namespace pactolus {

/// The text that Pactolus commits beside each offset: which transaction of which task moved it. It makes also
/// a transaction that moves no offset recognisable after a doubtful commit (docs/formats.md).
struct OffsetTag {
  TaskId task;
  uint64_t sequence = 0;
  uint64_t nonce = 0;
  bool operator==(const OffsetTag&) const = default;
};

/// "pactolus/1 trades-3 17 00000000deadbeef"
std::string encode_offset_tag(const OffsetTag& tag);
/// None: not a tag of ours (another tool committed the offset).
std::optional<OffsetTag> decode_offset_tag(std::string_view text);

}  // namespace pactolus
