#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/row_codec.h"
#include "data/column_batch.h"
#include "data/row_errors.h"
#include "operators/windows/closing_window.h"
#include "operators/windows/windows.h"
#include "state/state_store.h"

namespace pactolus {

class ByteReader;

/// Where a record lies, as it stands in a state; no topic: there is none.
void append_address(const RecordAddress& address, std::string& out);
RecordAddress read_address(ByteReader& reader);

/// What it takes to put a step's rows in the order of their event times: they wait in short slices of event
/// time until the watermark says that no row of the slice comes any more, and a grace is over. Owned by the
/// step's program. Immutable.
struct TimeOrder {
  Schema input;                 // of the rows
  std::vector<size_t> columns;  // of the input: those that a row keeps
  Duration grace{0};
  Windows slices;
  TableLayout layout;  // by slice, time and place among the slice's rows as they came: the row's image
  bool keeps_addresses = false;  // of the rows' records

  /// The watermark at which a slice's rows go on, and others of it are late.
  EventTime due(EventTime slice_end) const { return slice_end + grace; }
  /// OperatorNode::next_boundary() and delay() of a step that hands rows on as they go on here.
  EventTime next_boundary(EventTime watermark) const { return slices.next_closing(watermark, grace); }
  Duration delay() const;
};

/// How long a slice is: what rows wait for beyond their times and the grace, so short beside it that nobody
/// will mind, and long enough for a grace not to take thousands of slices.
Duration time_order_slice(Duration grace);

/// When to look, after `now` (an end of a slice), at what ends at `end` as far as is known, if most of it
/// goes on until then: at first at a rough time before it, so that few times have something to be looked at.
/// What ends there is `length` long, or about as long.
EventTime time_to_look(Duration grace, Duration length, EventTime end, EventTime now);

/// `table`: the name of the step's table for it. `keeps_addresses`: rows keep where their records lie.
TimeOrder time_order(const std::string& step, std::string_view table, const Schema& input,
                     std::vector<size_t> columns, Duration grace, bool keeps_addresses = false);

/// The rows of one task that wait for their time. In:
///
///     for (const RowError& error : rows.put(batch)) out.dead_letter(batch, error);
///
/// and out, in the operator's fire() when next_due() has come, for at most about `rows_max` rows a call:
///
///     use(rows.take(rows_max));
///     return !rows.taking();
///
/// Borrows the TimeOrder. Threads: the task's.
class TimeOrderedRows {
 public:
  TimeOrderedRows(const TimeOrder& order, StateStore& state);

  /// Keeps the rows of the selection and leaves those selected that it has kept. Gives why not the others,
  /// ascending: `late`, `state_too_large`.
  std::vector<RowError> put(ColumnBatch& batch);
  /// When the first slice's rows go on; EventTime::max(): there are none.
  EventTime next_due() const { return order_.due(table_.first_window_end()); }
  /// The end of the first slice.
  EventTime slice_end() const { return table_.first_window_end(); }
  /// The next rows of the first slice, by event time, those of one time as they came. They have the schema
  /// of the input, but only the columns that are kept (the others are nullptr), their event times and
  /// row watermarks, and no source but, where they are kept, addresses. All are selected.
  ColumnBatch take(size_t rows_max);
  /// Rows of the slice are still to be taken.
  bool taking() const { return taken_.under_way(); }

  /// As the operator is told.
  void set_watermark(EventTime watermark);
  std::optional<CloseCursor> cursor(const std::string& step) const { return taken_.cursor(step); }
  void resume(const CloseCursor& cursor) { taken_.resume(cursor); }
  /// The cursor may be one of these rows'.
  bool has_slice(EventTime slice_end) { return table_.find_window(slice_end) != nullptr; }

 private:
  std::optional<RowError> refusal(EventTime slice_end, EventTime row_watermark) const;
  void keep(const ColumnBatch& batch, std::span<const uint32_t> rows, EventTime slice_end);
  ColumnBatch batch_of(std::span<const StateGroup> entries);

  const TimeOrder& order_;
  StateTable& table_;
  RowCodec codec_;
  WindowLookup lookup_;
  ClosingWindow taken_;
  EventTime watermark_ = EventTime::min();
  // Scratch.
  std::vector<ColumnPtr> columns_;
  ByteRows images_;
  std::vector<uint32_t> run_;
  ByteRows encoded_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> entries_;
};

}  // namespace pactolus
