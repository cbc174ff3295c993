#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Finds the streams that steps and sinks name, reporting names that do not exist and loops, and builds the
/// steps' operators in topological order. A step whose input is not known because of an error stays unbuilt,
/// in silence.
void connect(Draft& draft, ReadContext& context);

/// The streams from which a path leads to a sink, by stream.
std::vector<bool> streams_in_use(const Draft& draft);

/// Warns of sources and steps from which no path leads to a sink.
void warn_of_unused(const Draft& draft, Diagnostics& diagnostics);

}  // namespace pactolus
