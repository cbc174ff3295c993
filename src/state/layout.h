#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/schema.h"

namespace pactolus {

class ByteReader;

/// One field of a state row: usually one aggregate's state.
struct StateField {
  std::string name;      // what it holds, as SQL: "sum(price * quantity)". Restores map fields by this name
  std::string kind;      // the aggregate and its argument types: "sum(numeric)"
  uint32_t version = 1;  // of the state's bytes (AggregateSpec::state_version)
  uint32_t size = 0;     // bytes, a multiple of 8
  std::vector<uint32_t> blob_offsets;  // within the field, where a BlobRef lies
  /// The name of another field. Rows that don't have that one may lack this one as well: then it is zero.
  /// Empty: rows without the field cannot be kept. Not written with the layout.
  std::string absent_with = {};
  bool operator==(const StateField& other) const {
    return name == other.name && kind == other.kind && version == other.version && size == other.size &&
           blob_offsets == other.blob_offsets;
  }
};

/// How the rows of one state table look. Immutable. Its hash stands beside every run of entries in the
/// changelog.
class TableLayout {
 public:
  /// `key`: the grouped columns, in order; `windowed`: entries are keyed (window end, group, part) and not
  /// (group, part).
  TableLayout(std::string step, std::string table, bool windowed, Schema key, std::vector<StateField> fields);

  const std::string& step() const { return step_; }
  const std::string& table() const { return table_; }
  bool windowed() const { return windowed_; }
  const Schema& key() const { return key_; }
  const std::vector<StateField>& fields() const { return fields_; }
  /// Where field i begins in a row.
  uint32_t field_offset(size_t i) const { return field_offsets_[i]; }
  /// Bytes of a row, a multiple of 8 and never 0.
  uint32_t row_size() const { return row_size_; }
  /// Within the row, where BlobRefs lie, ascending.
  const std::vector<uint32_t>& blob_offsets() const { return blob_offsets_; }
  /// Of everything above, equal on every machine.
  uint64_t hash() const { return hash_; }

  void encode(std::string& out) const;
  /// None: malformed.
  static std::optional<TableLayout> decode(ByteReader& in);

 private:
  std::string step_;
  std::string table_;
  bool windowed_;
  Schema key_;
  std::vector<StateField> fields_;
  std::vector<uint32_t> field_offsets_;
  std::vector<uint32_t> blob_offsets_;
  uint32_t row_size_ = 0;
  uint64_t hash_ = 0;
};

/// One of the layouts is of this table.
bool has_table(std::span<const TableLayout> layouts, std::string_view step, std::string_view table);

}  // namespace pactolus
