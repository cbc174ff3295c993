#pragma once

#include "topology/draft.h"

namespace pactolus {

/// Refuses what would make the order of results depend on where batches end: rows of one source that come
/// together again, in a union or in a sink's topic, after they went different ways. A batch goes one way
/// after the other.
void check_row_order(const Draft& draft, Diagnostics& diagnostics);

}  // namespace pactolus
