#pragma once

#include <optional>

#include "data/codecs/record_decoder.h"
#include "topology/draft.h"

namespace pactolus {

/// Reads one entry of a source's `fields:`, in its short form (`amount: numeric(12,2) null`) or its long one.
std::optional<SourceField> read_source_field(const Entry& entry, ReadContext& context);

}  // namespace pactolus
