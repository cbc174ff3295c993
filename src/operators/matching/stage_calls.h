#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/aggregation/afresh_calls.h"
#include "operators/matching/partial_matches.h"

namespace pactolus {

/// What the calls over the rows of stages come to, which is among a match's values. Borrows the program.
/// Errors are of row 0. Threads: the task's.
class StageCalls {
 public:
  explicit StageCalls(const PatternProgram& program);

  /// The values of a match without rows.
  std::string_view of_nothing() const { return of_nothing_; }
  /// Why the calls of the row's stage cannot take it.
  std::vector<RowError> evaluate(const TakenRow& row);
  /// Puts what the stage's calls come to over the match's rows into its values.
  void update(size_t stage, std::string& match, RowErrors& errors);

 private:
  void compute(size_t stage, std::vector<ColumnPtr>& values, RowErrors& errors);
  ColumnBatch batch_of(size_t stage, std::span<const TakenRow> rows) const;

  const PatternProgram& program_;
  std::vector<std::unique_ptr<AfreshCalls>> calls_;  // of the stages
  std::string of_nothing_;
};

}  // namespace pactolus
