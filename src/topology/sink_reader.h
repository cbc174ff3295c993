#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Reads a sink as far as that is possible without knowing its input.
SinkDraft read_sink(const Entry& entry, ReadContext& context);

/// Checks a sink against its input, once the steps are built, and makes its encoders.
void bind_sink(const Draft& draft, SinkDraft& sink, ReadContext& context);

}  // namespace pactolus
