#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "data/column.h"
#include "data/schema.h"

namespace pactolus {

/// What a row of a changing table says. Streams have inserts only.
///
/// An update is a pair of rows with the table's same key, next to each other in the selection: kReplaced,
/// then kInsert. Nobody cuts a pair, but may make of it what is left of it: a retraction, an insert or
/// nothing. Before-rows are there only where somebody behind wants them (Operator::before_rows): without them
/// the kInsert stands alone, and whether the key had a row is not said. (docs/decisions/0014)
enum class Change : uint8_t {
  kInsert,    // the key's row is now this
  kRetract,   // the key's row, which was this, is gone
  kReplaced,  // the key's row, which was this, is replaced by the next row: a before-row
};

/// Where a record of a source's topic lies. The topic is a view of the RowSource's memory.
struct RecordAddress {
  std::string_view topic;
  Partition partition;
  Offset offset;
};

/// Where a batch's rows were read, for dead letters and provenance. The runtime derives from it and knows the
/// records' bytes. None for results of a closed window.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// Where the record with that index was read at first, before any repartition topic; none: it is a result
  /// of a closed window.
  virtual std::optional<RecordAddress> address(uint32_t record) const = 0;
};

/// What every row carries besides its columns. One slot per row.
struct SystemColumns {
  std::vector<EventTime> event_time;
  /// The watermark of the source partition that the row came from, at the moment it was read: it alone says
  /// whether the row is late (design: lateness belongs to the row).
  std::vector<EventTime> row_watermark;
  std::vector<Change> change;        // empty: all inserts
  std::vector<uint32_t> source_row;  // index of the record within `source`; empty: no source
  std::shared_ptr<const RowSource> source;
};

/// A few thousand rows of one stream. `selection` names the rows that are still alive, ascending; the others'
/// slots must not be looked at. Cheap to copy: columns and system columns are shared, read-only.
struct ColumnBatch {
  const Schema* schema = nullptr;  // outlives the batch: it belongs to the plan
  std::vector<ColumnPtr> columns;  // one per field of the schema
  std::shared_ptr<const SystemColumns> system;
  std::vector<uint32_t> selection;

  size_t rows() const { return system ? system->event_time.size() : 0; }
  Change change_of(uint32_t row) const {
    return system->change.empty() ? Change::kInsert : system->change[row];
  }
  /// Of the record that the row comes from; none: it comes from none.
  std::optional<RecordAddress> address_of(uint32_t row) const {
    return system->source ? system->source->address(system->source_row[row]) : std::nullopt;
  }
  /// The alive rows may be other than inserts.
  bool has_changes() const { return !system->change.empty(); }
  /// The row at `place` of the selection is a before-row, and the next one what replaces it.
  bool is_replaced(size_t place) const {
    return change_of(selection[place]) == Change::kReplaced && place + 1 < selection.size();
  }
};

constexpr size_t kBatchRowsMax = 4096;

}  // namespace pactolus
