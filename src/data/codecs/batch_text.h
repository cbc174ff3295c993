#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "data/record_view.h"

namespace pactolus {

/// The values of a batch's records copied into one block, so that columns may point into it after the records
/// are gone. Behind each value stands a NUL, behind the last one the readable bytes that simdjson wants.
/// Immutable.
class BatchText {
 public:
  explicit BatchText(std::span<const RecordView> records);

  /// Empty where the record has no value.
  std::string_view value(size_t record) const { return values_[record]; }
  /// Bytes that may be read from the value's begin on.
  size_t capacity(size_t record) const {
    return bytes_size_ - static_cast<size_t>(values_[record].data() - bytes_.get());
  }

 private:
  size_t bytes_size_;
  std::unique_ptr<char[]> bytes_;
  std::vector<std::string_view> values_;
};

}  // namespace pactolus
