#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "operators/matching/pattern_program.h"

namespace pactolus {

/// Whether rows of a batch satisfy the conditions of stages. Those that look at a row alone are computed for
/// the batch at once, the others for a row beside each of some partial matches. Owned by the operator.
/// Threads: the task's.
class StageConditions {
 public:
  explicit StageConditions(const PatternProgram& program);

  /// The next rows to be tested are of this batch.
  void begin(const ColumnBatch& batch);
  /// For each of the matches, of which these are the values, whether the row satisfies the condition. Why
  /// that can't be computed, if so, is in `error`: it doesn't then.
  std::span<const uint8_t> test(const StageCondition& condition, uint32_t row,
                                std::span<const std::string_view> values, std::optional<RowError>& error);

 private:
  /// Of a condition that looks at the row alone.
  struct OfBatch {
    const StageCondition* condition;
    ColumnPtr verdicts;
    std::vector<RowError> errors;  // ascending
  };

  void test_beside(const StageCondition& condition, uint32_t row, std::span<const std::string_view> values,
                   std::optional<RowError>& error);

  const PatternProgram& program_;
  std::vector<OfBatch> of_batch_;
  ColumnBatch batch_;
  std::vector<uint8_t> satisfied_;
};

}  // namespace pactolus
