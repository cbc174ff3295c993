#pragma once

#include <memory>

#include "operators/operator.h"
#include "operators/ranking/top_program.h"

namespace pactolus {

std::unique_ptr<Operator> make_top(const TopProgram& program, StateStore& state);

}  // namespace pactolus
