#pragma once

#include <map>
#include <span>
#include <vector>

#include "data/byte_rows.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// The half that all aggregate operators have in common: what becomes of a row before its group's state
/// changes. Takes failing and late rows out, encodes the groups' keys of a batch at once and sorts the rows
/// by window. Owned by the task; one thread.
class AggregateOperator : public Operator {
 public:
  AggregateOperator(const AggregateProgram& program, StateStore& state);

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) final;
  EventTime next_due() const final;
  void set_watermark(EventTime watermark) override;

 protected:
  /// The rows of a batch that lie in one window, one behind the other. Valid until the next batch.
  struct WindowRows {
    EventTime end;
    std::span<const uint32_t> places;  // in the batch's selection
    std::span<const uint32_t> rows;
    std::span<const std::string_view> keys;  // of their groups
  };

  /// Takes the rows that are left: those of windows(). Sends off the dead letters of refused(), and whatever
  /// else the batch gives, in the order of the rows.
  virtual void accumulate(const ColumnBatch& batch, OperatorOutput& out) = 0;

  const AggregateProgram& program() const { return program_; }
  StateTable& table() { return table_; }
  AggregateArguments& arguments() { return arguments_; }
  /// The rows that failed or were late, ascending.
  std::span<const RowError> refused() const { return refused_; }
  std::span<const WindowRows> windows() const { return windows_; }
  /// Drops the window's state: rows of it are late from now on.
  void close(EventTime end);

 private:
  /// What many rows say of the time, all in all.
  struct Times {
    EventTime first = EventTime::max();
    EventTime last = EventTime::min();
    EventTime row_watermark = EventTime::min();  // the greatest
  };
  /// Rows of a window that is not the only one of its batch.
  struct GatheredRows {
    EventTime end;
    std::vector<uint32_t> places;
    std::vector<uint32_t> rows;
    std::vector<std::string_view> keys;
  };

  static Times times_of(const ColumnBatch& batch);
  void refuse_late(ColumnBatch& batch, const Times& times);
  void refuse_too_large(ColumnBatch& batch);
  /// Takes the rows out of which `why` has something to say.
  template <class Why>
  void refuse(ColumnBatch& batch, const Why& why);
  void encode_keys(const ColumnBatch& batch);
  void split_by_window(const ColumnBatch& batch, const Times& times);
  void gather_by_window(const ColumnBatch& batch);
  GatheredRows& rows_of(EventTime end);

  const AggregateProgram& program_;
  StateTable& table_;
  EventTime watermark_ = EventTime::min();
  AggregateArguments arguments_;
  std::vector<RowError> refused_;
  std::vector<ColumnPtr> key_columns_;
  ByteRows encoded_keys_;               // of the batch's rows, by place
  std::vector<std::string_view> keys_;  // the same
  std::vector<uint32_t> places_;        // 0, 1, 2, … as far as any batch went
  std::vector<WindowRows> windows_;
  /// The first gathered_used_ belong to the batch; the others keep their memory.
  std::vector<GatheredRows> gathered_;
  size_t gathered_used_ = 0;
  size_t last_window_ = 0;                    // of the row before: most often the next row's too
  std::map<EventTime, size_t> window_index_;  // into gathered_
};

}  // namespace pactolus
