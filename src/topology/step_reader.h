#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Reads a step as far as that is possible without knowing the others: its operation and the names of its
/// inputs.
StepDraft read_step(const Entry& entry, ReadContext& context);

/// The outputs that a step which was read declares: steps that take what it gives to them. `stream`: the
/// step's.
std::vector<StepDraft> outputs_of(const StepDraft& step, size_t stream);

}  // namespace pactolus
