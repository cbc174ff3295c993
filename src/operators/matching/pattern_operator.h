#pragma once

#include <memory>

#include "operators/matching/pattern_program.h"
#include "operators/operator.h"

namespace pactolus {

/// Rows wait until the watermark says that all that is earlier has come. Then each is offered, in the order
/// of their times, to the partial matches of its group, in the order in which these began, and may begin one
/// of its own.
std::unique_ptr<Operator> make_pattern(const PatternProgram& program, StateStore& state);

}  // namespace pactolus
