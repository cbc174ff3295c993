#pragma once

#include "operators/registry.h"

namespace pactolus {

/// What passes on the rows of a step's named output (OperatorSpec::outputs): as they are, with the step's
/// columns.
const OperatorSpec& named_output_spec();
/// The same, as a stream also where the step's own rows are a table.
const OperatorSpec& named_stream_spec();

}  // namespace pactolus
