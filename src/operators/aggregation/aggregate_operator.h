#pragma once

#include <map>
#include <span>
#include <vector>

#include "data/byte_rows.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/aggregation/aggregate_program.h"
#include "operators/aggregation/amendments.h"
#include "operators/operator.h"

namespace pactolus {

/// The half that all aggregate operators have in common: what becomes of a row before its group's state
/// changes. Takes failing and late rows out, encodes the groups' keys of a batch at once and sorts the rows
/// by window. A row has an entry for each of its windows that is still open. Owned by the task; one thread.
class AggregateOperator : public Operator {
 public:
  AggregateOperator(const AggregateProgram& program, StateStore& state);

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) final;
  EventTime next_due() const override;
  void set_watermark(EventTime watermark) override;

 protected:
  /// The entries of a batch that belong to the windows with one end, or to one slice, one behind the other.
  /// Valid until the next batch.
  struct WindowRows {
    EventTime end;
    bool is_slice;
    std::span<const uint32_t> entries;  // their numbers
    std::span<const uint32_t> rows;
    std::span<const std::string_view> keys;  // of their groups
  };

  /// Takes the rows that are left: those of windows(). Sends off the dead letters of refused(), and whatever
  /// else the batch gives, in the order of the rows.
  virtual void accumulate(const ColumnBatch& batch, OperatorOutput& out) = 0;
  /// The last to say which rows are taken: leaves those selected. Gives why the others are not, ascending.
  virtual std::vector<RowError> admit(ColumnBatch&) { return {}; }
  /// The groups' keys of the batch's rows, by place.
  std::span<const std::string_view> encode_keys(const ColumnBatch& batch);

  const AggregateProgram& program() const { return program_; }
  StateTable& table() { return table_; }
  const StateTable& table() const { return table_; }
  /// Of a program with slicing.
  StateTable& slices() { return *slices_; }
  const StateTable& slices() const { return *slices_; }
  /// Of a kind of windows that has a name, as part of keys; empty: it has none.
  std::string_view encoded_name(size_t kind) const {
    return encoded_names_.empty() ? std::string_view() : encoded_names_[kind];
  }
  EventTime watermark() const { return watermark_; }
  AggregateArguments& arguments() { return arguments_; }
  /// The rows that failed, were late, or were too late for some of their windows, ascending.
  std::span<const RowError> refused() const { return refused_; }
  std::span<const WindowRows> windows() const { return windows_; }
  /// The row of each entry, ascending: entries are numbered by row, then by window.
  std::span<const uint32_t> entry_rows() const { return entry_rows_; }
  /// Brings the groups' states up to date with a window's rows.
  void update_groups(const ColumnBatch& batch, const WindowRows& window);
  /// Over a changing table: adds one of a window's rows to its group, or takes it out. A group without rows
  /// is gone.
  void change_group(const ColumnBatch& batch, const WindowRows& window, size_t index);
  /// Of a before-row the row that replaces it, which may have been refused.
  std::optional<uint32_t> replaced_by(uint32_t row) const;
  /// Drops the window's state: rows of it are late from now on.
  void close(EventTime end);

 private:
  /// What many rows say of the time, all in all.
  struct Times {
    EventTime first = EventTime::max();
    EventTime last = EventTime::min();
    EventTime row_watermark = EventTime::min();  // the greatest
  };
  /// Entries of an end that is not the only one of its batch.
  struct GatheredRows {
    EventTime end;
    bool is_slice;
    std::vector<uint32_t> entries;
    std::vector<uint32_t> rows;
    std::vector<std::string_view> keys;
  };

  void process_rows(ColumnBatch batch, OperatorOutput& out);
  void note_updates(const ColumnBatch& batch);
  void forgive_before_rows(const ColumnBatch& batch);
  void refuse_unknown(uint32_t row);
  static Times times_of(const ColumnBatch& batch);
  bool is_closed(EventTime end, EventTime row_watermark) const;
  bool some_may_be_closed(const Times& times);
  void refuse_late(ColumnBatch& batch);
  void amend(ColumnBatch& batch, OperatorOutput& out);
  std::vector<Amendments::Missed> find_missed(const ColumnBatch& batch);
  void refuse_too_large(ColumnBatch& batch);
  /// Takes the rows out of which `why` has something to say.
  template <class Why>
  void refuse(ColumnBatch& batch, const Why& why);
  void add_refused(std::vector<RowError> others);
  void split_by_window(const ColumnBatch& batch, const Times& times, bool some_closed);
  void gather_by_window(const ColumnBatch& batch, bool some_closed);
  void add_entries(std::span<const Window> windows, size_t first_open, uint32_t row, size_t place);
  bool shares_slices(const Window& window) const;
  bool has_missed_open_window(std::span<const Window> missed) const;
  void add_entry(size_t gathered, uint32_t row, size_t place, std::string_view window_name);
  size_t gathered_of(EventTime end, bool is_slice);
  size_t entries_per_row() const;
  HotTable& groups_of(const WindowRows& window) {
    return (window.is_slice ? *slices_ : table_).window(window.end);
  }

  const AggregateProgram& program_;
  StateTable& table_;
  StateTable* slices_ = nullptr;  // none: a row is added to each of its windows
  EventTime watermark_ = EventTime::min();
  AggregateArguments arguments_;
  std::optional<Amendments> amendments_;  // none: late rows are dead letters
  std::vector<RowError> refused_;
  std::vector<std::pair<uint32_t, uint32_t>> updates_;  // rows of the batch and what replaces them, ascending
  std::vector<std::byte*> states_;                      // scratch of update_groups()
  std::vector<ColumnPtr> key_columns_;                  // while they are encoded
  ByteRows encoded_keys_;                               // of the batch's rows, by place
  std::vector<std::string_view> keys_;                  // the same
  std::vector<uint32_t> places_;                        // 0, 1, 2, … as far as any batch went
  std::optional<WindowLookup> lookup_;                  // none: a running table
  std::vector<WindowRows> windows_;
  std::span<const uint32_t> entry_rows_;
  /// The first gathered_used_ belong to the batch; the others keep their memory.
  std::vector<GatheredRows> gathered_;
  size_t gathered_used_ = 0;
  std::map<std::pair<EventTime, bool>, size_t> window_index_;  // by end and is_slice, into gathered_
  /// The same for the slice and the windows of the row before, if they were asked for.
  std::vector<std::optional<size_t>> gathered_windows_;
  std::optional<size_t> gathered_slice_;
  std::vector<uint32_t> gathered_entry_rows_;
  std::vector<std::string> encoded_names_;  // of the kinds of windows, as parts of keys; empty: no names
  ByteRows named_keys_;                     // of the groups of entries, if windows have names
  ByteRows missed_keys_;                    // of the groups in windows that rows have missed
};

}  // namespace pactolus
