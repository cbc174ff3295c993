#pragma once

#include <vector>

#include "topology/draft.h"

namespace pactolus {

/// The streams that are changing tables and of which some step wants before-rows (Change), by stream. The
/// graph has no errors.
std::vector<bool> before_rows_wanted(const Draft& draft);

/// Reports expressions that look at the event time of a running table's rows where a before-row would have
/// another one than it had when it went out.
void check_before_rows(const Draft& draft, Diagnostics& diagnostics);

}  // namespace pactolus
