#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/codecs/row_codec.h"
#include "operators/registry.h"
#include "operators/windows/closing_window.h"
#include "state/state_store.h"

namespace pactolus {

/// One side of a join of two streams: which of its rows match a row of the other side, and what is
/// remembered of them. Immutable, shared by all tasks.
///
/// Rows lie in windows as long as the join's interval, so that all partners of a row lie in two of them. The
/// rows of a key and window form a chain back in time, whose head is in a table beside it: few steps, however
/// many rows there are.
struct JoinedSideShape {
  std::string name;             // "left" or "right"
  Schema kept;                  // the columns of a row that are remembered
  std::vector<size_t> columns;  // which ones of the input these are; ascending
  std::vector<size_t> key;      // columns of the input, in the order of the other side's
  // A row at `time` matches rows of the other side from time − back to time + ahead.
  Duration back{0};
  Duration ahead{0};
  bool is_outer = false;  // rows without a partner go out, too
  Duration window{0};     // of the rows
  Duration slice{0};      // of event time, in which rows without a partner go out together
};
struct JoinedSide : JoinedSideShape {
  TableLayout rows;       // by key and place among the window's rows of that key
  TableLayout chains;     // by key: the place of the last row in time, and how many there are
  TableLayout unmatched;  // as `rows`, of an outer side: those that have no partner yet
};

/// A row that was found.
struct JoinedRow {
  std::string_view image;  // as RowCodec writes it; valid until the transaction ends
  EventTime time;
  int64_t place;
};

/// What one task remembers of one side. Borrows the JoinedSide. Threads: the task's.
class JoinedSideRows {
 public:
  JoinedSideRows(const JoinedSide& side, StateStore& state);

  const JoinedSide& side() const { return side_; }
  const RowCodec& codec() const { return codec_; }

  /// Reads from disk what is needed to look for rows of these keys at these times.
  void load(std::span<const std::string_view> keys, EventTime from, EventTime to);
  /// Appends the rows of a key from one time to another to `found`, by time, those of one time as they came.
  void find(std::string_view key, EventTime from, EventTime to, std::vector<JoinedRow>& found);
  /// Remembers a row; of an outer side, also that it has no partner.
  void put(std::string_view key, EventTime time, std::string_view image, bool matched);
  /// A row of an outer side has a partner now.
  void mark_matched(std::string_view key, const JoinedRow& row);

  /// The end of the first slice in which rows have no partner; EventTime::max(): there is none.
  EventTime first_unmatched() const;
  /// The end of the first window of rows.
  EventTime first_window() const { return rows_.first_window_end(); }
  void drop_first_window();

  /// The next rows without a partner, of the first slice and in the order of their keys, at most about
  /// `rows_max`; the slice is dropped with its last one.
  std::vector<JoinedRow> take_unmatched(size_t rows_max);
  /// Rows of a slice are still to be taken.
  bool taking() const { return taken_ && taken_->under_way(); }
  void forget_taking();
  std::optional<CloseCursor> cursor(const std::string& step) const;
  void resume(const CloseCursor& cursor) { taken_->resume(cursor); }

 private:
  EventTime window_end(EventTime time) const;
  EventTime slice_end(EventTime time) const;
  std::string_view key_of(std::string_view key, int64_t place);
  void find_in_window(EventTime end, std::string_view key, EventTime from, EventTime to,
                      std::vector<JoinedRow>& found);
  JoinedRow read(const std::byte* row, int64_t place) const;
  int64_t before(const std::byte* row) const;
  int64_t link(HotTable& rows, std::string_view key, int64_t& last, EventTime time, int64_t place);

  const JoinedSide& side_;
  RowCodec codec_;
  StateTable& rows_;
  StateTable& chains_;
  StateTable* unmatched_;  // of an outer side
  std::optional<ClosingWindow> taken_;
  // Scratch of key_of().
  Column place_{kBigintType, 1};
  std::string key_;
};

/// The same with its tables.
JoinedSide with_tables(const std::string& step, const Schema& input, JoinedSideShape shape);

}  // namespace pactolus
