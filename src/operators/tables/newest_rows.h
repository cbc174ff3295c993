#pragma once

#include "operators/registry.h"

namespace pactolus {

/// Of a table whose rows come from several tasks, and have a kVersionColumn as their last column: of each key
/// the newest one that is there, whatever the order in which the tasks' changes come. A step that no one
/// writes: the plan puts it behind a join whose rows move between partitions.
const OperatorSpec& newest_rows_spec();

}  // namespace pactolus
