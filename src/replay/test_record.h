#pragma once

#include "log/owned_record.h"
#include "topology/inline_tests.h"
#include "topology/plan.h"

namespace pactolus {

/// The record that a producer would have written for a row of an inline test: a JSON object with the row's
/// fields where the source looks for them, keyed by the source's key, a table's by its primary key; a
/// deletion has no value. Values that can't be read by their field's type go into the record as text, to be
/// refused there as any bad record.
///
/// Its timestamp is the field that the source reads from it, if the row has that; else the row's event time;
/// else (the source has no `time:`) `now`.
OwnedRecord record_of(const SourcePlan& source, const SendRow& send, ProcessingTime now);

}  // namespace pactolus
