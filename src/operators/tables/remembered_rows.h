#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/row_codec.h"
#include "data/column_batch.h"
#include "operators/operator.h"
#include "state/layout.h"

namespace pactolus {

/// The field of an entry that has a row's image (image_entry.h). With other columns, the rows that are there
/// could not be read: its kind says which.
StateField row_field(const Schema& rows);

/// Of a row with that key and image: it cannot be remembered; none: it can.
std::optional<RowError> why_too_large(uint32_t row, std::string_view key, std::string_view image);

/// Changes of a table, as images, on their way out. Threads: the task's.
class ChangesOfRows {
 public:
  ChangesOfRows(const Schema& rows, const RowCodec& codec) : rows_(rows), codec_(codec) {}

  /// Because of row `cause` of the batch.
  void add(Change change, std::string_view image, uint32_t cause);
  size_t size() const { return kinds_.size(); }
  /// All that was added since, with the times of the rows of the batch that were the cause; then there is
  /// none.
  ColumnBatch take(const ColumnBatch& batch);
  /// Hands that on, if there is any.
  void emit(const ColumnBatch& batch, OperatorOutput& out);

 private:
  const Schema& rows_;
  const RowCodec& codec_;
  std::vector<Change> kinds_;
  std::vector<std::string> images_;
  std::vector<uint32_t> causes_;
};

}  // namespace pactolus
