#pragma once

#include <string>
#include <vector>

#include "operators/matching/pattern_program.h"
#include "operators/operator.h"

namespace pactolus {

/// A match that is complete.
struct Match {
  std::string group;
  EventTime time;
  std::string bytes;  // MatchBytes
};

/// Lets the results of matches out, and those that fail to the dead letters, and counts both.
void emit_matches(const PatternProgram& program, std::vector<Match>& matches, StepCounts& counts,
                  OperatorOutput& out);

}  // namespace pactolus
