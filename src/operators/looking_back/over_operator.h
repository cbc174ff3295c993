#pragma once

#include <memory>

#include "operators/looking_back/look_back.h"
#include "operators/operator.h"

namespace pactolus {

/// Every row looks back at its group's events: at once, over what has come, or when the watermark says that
/// all that is earlier has come. What went out is never revised.
std::unique_ptr<Operator> make_over(const OverProgram& program, StateStore& state);

}  // namespace pactolus
