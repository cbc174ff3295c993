#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Reads a step as far as that is possible without knowing the others: its operation and the names of its
/// inputs.
StepDraft read_step(const Entry& entry, ReadContext& context);

}  // namespace pactolus
