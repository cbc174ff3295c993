#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Reads one source. Its plan is missing where something is wrong with it.
SourceDraft read_source(const Entry& entry, ReadContext& context);

}  // namespace pactolus
