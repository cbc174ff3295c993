#pragma once

#include <vector>

#include "topology/draft.h"
#include "topology/inline_tests.h"

namespace pactolus {

/// Checks the names of sources, sinks, steps and columns in tests, and that expected values have their
/// columns' types.
void check_inline_tests(const std::vector<InlineTest>& tests, const Draft& draft, Diagnostics& diagnostics);

}  // namespace pactolus
