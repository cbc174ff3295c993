#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/arena.h"
#include "data/codecs/record_decoder.h"

namespace pactolus {

/// A field with its default value read once. Immutable, shared with the columns that point into it.
struct DecodedField {
  explicit DecodedField(SourceField source);
  DecodedField(const DecodedField&) = delete;

  SourceField source;
  std::shared_ptr<const Column> default_value;  // one row; none: no default
  std::optional<SourceField> element;           // as which an array's elements are read
};

using DecodedFields = std::vector<std::shared_ptr<const DecodedField>>;

/// The columns and failures of one batch while a decoder fills them. Fields of headers, keys and timestamps
/// are the same for every format: decode_metadata() does them. Threads: one.
class DecodedBatch {
 public:
  DecodedBatch(const DecodedFields& fields, size_t rows);

  const SourceField& field(size_t index) const { return fields_[index]->source; }
  /// As which the elements of an array are read.
  const SourceField& element(size_t index) const { return *fields_[index]->element; }
  Column& column(size_t index) { return *columns_[index]; }
  /// For texts that are not in the records as they stand.
  Arena& texts() { return *texts_; }
  void fail(RowError error) { errors_.add(error.row, std::move(error.code), std::move(error.message)); }

  /// Takes the records without value for deletions of a table: of their columns only those of its primary key
  /// are needed. Before anything is decoded.
  void expect_deletions(std::span<const RecordView> records, const std::vector<size_t>& primary_key);
  const std::vector<uint32_t>& deletions() const { return deletions_; }
  /// A record's key or header, which has no types.
  void decode_plain_text(size_t index, std::string_view text, size_t row);
  /// The value is missing or null: default, NULL, or a failure.
  void set_absent(size_t index, size_t row, bool null);
  void decode_metadata(std::span<const RecordView> records);
  /// Keeps what the text columns point to.
  void keep(const std::shared_ptr<const void>& memory);
  /// Once, at the end.
  DecodedRows take();

 private:
  void decode_header(size_t index, std::span<const RecordView> records);
  void decode_key(size_t index, std::span<const RecordView> records);
  bool is_needed(size_t index, size_t row) const;

  const DecodedFields& fields_;
  std::shared_ptr<Arena> texts_ = std::make_shared<Arena>();
  std::vector<std::shared_ptr<Column>> columns_;
  RowErrors errors_;
  std::vector<uint32_t> deletions_;       // ascending
  std::vector<bool> needed_in_deletion_;  // by field; empty: there are no deletions
};

}  // namespace pactolus
