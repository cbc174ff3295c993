#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/column_batch.h"
#include "operators/operator.h"

namespace pactolus {

/// A row as text; none is NULL. Times are in seconds since 1970.
struct InputRow {
  int64_t time = 0;
  int64_t watermark = INT64_MIN;  // of its source partition; INT64_MIN: none
  std::vector<std::optional<std::string>> values;
  size_t input = 0;  // which of the step's inputs it comes from; all have one schema
  Change change = Change::kInsert;
};

/// A batch of rows with all of them selected. `schema` must outlive it. Reading it back by source_row gives
/// row numbers from `first`.
ColumnBatch make_batch(const Schema& schema, const std::vector<InputRow>& rows);

EventTime at_second(int64_t second);

/// Writes down everything that an operator hands on, a line for each row: "+ a|1.50 @59.999999 w59.999999",
/// with - for a retraction and < for a before-row. What goes to a named output has its number first: "1 + …".
/// Dead letters: "late: message {row}".
class RecordedOutput final : public OperatorOutput {
 public:
  void emit(ColumnBatch batch) override { record("", batch); }
  void emit_to(size_t output, ColumnBatch batch) override { record(std::to_string(output) + " ", batch); }
  void dead_letter(const ColumnBatch& batch, const RowError& error) override;

  const std::vector<std::string>& rows() const { return rows_; }
  const std::vector<std::string>& dead_letters() const { return dead_letters_; }

 private:
  void record(const std::string& output, const ColumnBatch& batch);

  std::vector<std::string> rows_;
  std::vector<std::string> dead_letters_;
};

}  // namespace pactolus
