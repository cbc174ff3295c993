#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/column_batch.h"
#include "data/row_errors.h"
#include "state/state_store.h"

namespace pactolus {

/// Where the rows of one step went, since the task began. rows_in = passed + filtered + absorbed +
/// dead_letters.
struct StepCounts {
  uint64_t rows_in = 0;
  uint64_t passed = 0;            // went on, changed or not
  uint64_t filtered = 0;          // dropped by the step's condition
  uint64_t absorbed = 0;          // became part of a state
  uint64_t dead_letters = 0;      // of rows_in
  uint64_t results_by_row = 0;    // rows out caused by a row in (emit: changes)
  uint64_t results_by_close = 0;  // rows out caused by the watermark: a window's close, a tick of `every`
  uint64_t results_withheld = 0;  // results that `having` dropped
  uint64_t dead_results = 0;      // that failed to compute, and rows that were too late for some of theirs
  uint64_t matches_dropped = 0;   // partial matches of a pattern that there was no room for
  bool operator==(const StepCounts&) const = default;
};

/// What an operator may do while it runs. Implemented by the runtime.
class OperatorOutput {
 public:
  virtual ~OperatorOutput() = default;
  /// Hands rows to every successor of the step. An empty selection is ignored.
  virtual void emit(ColumnBatch batch) = 0;
  /// Hands rows to the successors of one of the step's named outputs, which are numbered from 1 on
  /// (OperatorSpec::outputs).
  virtual void emit_to(size_t output, ColumnBatch batch);
  /// Sends a row to the dead letters: an input row (the batch has a source), or a result (it has none: the
  /// columns of the batch describe it, by key and window). The caller takes it out of what it emits, and
  /// counts it.
  virtual void dead_letter(const ColumnBatch& batch, const RowError& error) = 0;
};

/// How far a window's close has come; part of the epoch record.
struct CloseCursor {
  std::string step;
  EventTime window_end;
  std::string last_key;  // the last group whose result has gone out; empty: none yet
  bool operator==(const CloseCursor&) const = default;
};

/// The run-time half of a step in one task: private to the operator's file. Deterministic: no clock, no
/// randomness, no iteration over unordered containers. Threads: the task's.
///
/// Watermarks here are the operator's own: the task's watermark less the delays of the steps before it.
class Operator {
 public:
  virtual ~Operator() = default;
  /// Takes rows of input `input` (an index into the step's inputs).
  virtual void process(ColumnBatch batch, size_t input, OperatorOutput& out) = 0;
  /// The watermark at which something that exists now falls due; EventTime::max(): nothing will.
  virtual EventTime next_due() const { return EventTime::max(); }
  /// Does what falls due at `due` (= next_due()), at most about `rows_max` results. False: not finished, call
  /// again; no rows are processed in between.
  virtual bool fire(EventTime due, size_t rows_max, OperatorOutput& out);
  /// The watermark is now this. Told when it moved, after everything that fell due by then was fired (in all
  /// steps of the task), before the next rows. Told too after a restore and after a rollback of the state,
  /// when it may go back: all that is not in the state tables is then forgotten, and resume() follows if a
  /// close was unfinished.
  virtual void set_watermark(EventTime) {}
  /// How far an unfinished fire() has come, and taking it up again after a restore or a rollback.
  virtual std::optional<CloseCursor> cursor() const { return std::nullopt; }
  virtual void resume(const CloseCursor& cursor);

  StepCounts counts;
  /// Some step behind this one wants before-rows (Change): a table must give them. Set before the first row.
  bool before_rows = false;
};

/// The plan-time half of a step: immutable, shared by all tasks.
class OperatorNode {
 public:
  virtual ~OperatorNode() = default;
  virtual const Schema& output() const = 0;
  /// True if rows of the output replace earlier ones of the same key (`emit: changes`); key_columns() then
  /// names the key.
  virtual bool is_table() const { return false; }
  virtual std::vector<size_t> key_columns() const { return {}; }
  /// Whether a changing table before the step must give before-rows (Change), if those behind the step want
  /// them (`wanted`) or don't.
  virtual bool takes_before_rows(bool wanted) const { return wanted; }
  /// The column with the end of the window that an output row is of: its event time is the last moment before
  /// that. None: event times may be any, and in a table a row's before is not that of its own before-row.
  virtual std::optional<size_t> window_end_column() const { return std::nullopt; }
  /// For each output column the column of input `input` that it is a plain copy of.
  virtual std::vector<std::optional<size_t>> copied_from(size_t input) const = 0;
  /// A row out is made of rows of several inputs; else each comes from a row of one of them.
  virtual bool combines_inputs() const { return false; }
  /// The columns of input `input` whose equal values must meet in one task; none: rows may be anywhere. An
  /// empty list: all rows must meet. Of several inputs, values in the same places meet each other.
  virtual std::optional<std::vector<size_t>> co_located_by(size_t input) const;
  /// Rows out have event times above (input watermark − delay): a window's grace.
  virtual Duration delay() const { return Duration{0}; }
  /// The next watermark after `watermark` at which rows that come now might fall due: batches are cut there,
  /// so that results do not depend on where batches end. EventTime::max(): none.
  virtual EventTime next_boundary(EventTime watermark) const;
  /// Whether rows in give rows out at once; else results come only when something falls due.
  virtual bool results_by_row() const { return true; }
  /// The columns of input `input` that the step looks at; none: all. A repartition topic before it carries no
  /// others.
  virtual std::optional<std::vector<size_t>> columns_used(size_t input) const;
  /// How many partitions the user wants a repartition topic before the step to have.
  virtual std::optional<int32_t> repartition_partitions() const { return std::nullopt; }
  /// All that decides what the step computes, as (setting, value) in a normal form: for `plan` and the
  /// fingerprint.
  virtual std::vector<std::pair<std::string, std::string>> describe() const { return {}; }
  /// Declares the step's tables and makes its run-time half.
  virtual std::unique_ptr<Operator> instantiate(StateStore& state) const = 0;
};

}  // namespace pactolus
