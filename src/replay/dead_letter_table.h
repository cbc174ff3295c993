#pragma once

#include <span>
#include <vector>

#include "replay/dead_letter.h"
#include "replay/table_comparison.h"
#include "topology/inline_tests.h"
#include "topology/plan.h"

namespace pactolus {

/// Compares dead letters with what a test expects of them: their step, source, code and message, and any
/// field of the refused record or row, by its name in the source, its dotted path in the record, or its
/// column in the row.
TableComparison compare_dead_letters(const Plan& plan, std::span<const TestRow> expected,
                                     std::span<const DeadLetter> dead_letters, bool in_order);

}  // namespace pactolus
