#include "operators/changing_rows.h"

#include <algorithm>
#include <utility>

namespace pactolus {
namespace {

/// The same rows of a changing table, some of which are now retractions.
void retract(ColumnBatch& batch, std::span<const uint32_t> rows) {
  if (rows.empty()) return;
  auto system = std::make_shared<SystemColumns>(*batch.system);
  for (uint32_t row : rows) system->change[row] = Change::kRetract;
  batch.system = std::move(system);
}

}  // namespace

void let_changes_pass(ColumnBatch& batch, std::span<const RowError> failed,
                      const std::function<bool(uint32_t row)>& passes, StepCounts& counts,
                      OperatorOutput& out) {
  auto error_of = [&](uint32_t row) {
    auto error = std::ranges::lower_bound(failed, row, {}, &RowError::row);
    return error != failed.end() && error->row == row ? &*error : nullptr;
  };
  auto is_kept = [&](uint32_t row) { return error_of(row) == nullptr && passes(row); };
  std::vector<uint32_t> kept;
  std::vector<uint32_t> retracted;
  for (size_t i = 0; i < batch.selection.size(); ++i) {
    const uint32_t row = batch.selection[i];
    const RowError* error = error_of(row);
    if (error != nullptr && batch.change_of(row) == Change::kInsert) {
      out.dead_letter(batch, *error);
      ++counts.dead_letters;
    } else if (error != nullptr || !passes(row)) {
      ++counts.filtered;
    } else {
      kept.push_back(row);
      if (batch.is_replaced(i) && !is_kept(batch.selection[i + 1])) retracted.push_back(row);
    }
  }
  counts.passed += kept.size();
  batch.selection = std::move(kept);
  retract(batch, retracted);
}

}  // namespace pactolus
