#pragma once

#include <cstdint>
#include <span>

#include "expr/binder.h"
#include "topology/plan.h"

namespace pactolus {

/// A hash of everything that decides what a plan computes: the same on every machine and in every process,
/// and the same for files that differ in names of topologies, comments, descriptions, tests and layout only.
uint64_t fingerprint_of(const Plan& plan, std::span<const Constant> constants);

}  // namespace pactolus
