#pragma once

#include "cli/console.h"
#include "replay/test_outcome.h"

namespace pactolus {

/// Writes why a test failed: per sink the rows that differ, expected above what came with the differing cells
/// marked, rows that are missing and rows that nobody expected; then dead letters that the test says nothing
/// of.
void report_failure(const TestOutcome& outcome, const Console& console);

}  // namespace pactolus
