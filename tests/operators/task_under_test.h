#pragma once

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "operators/operator.h"
#include "rows.h"
#include "state/memory_disk_tier.h"
#include "state/state_store.h"

namespace pactolus {

/// Drives one operator as a task does: batches are cut where its watermark passes a boundary, what falls due
/// is fired, and the operator is told its watermark.
class TaskUnderTest {
 public:
  explicit TaskUnderTest(const OperatorNode& node, const Schema& input);

  /// How many rows a batch has at most, and how many results a slice of a close.
  size_t batch_rows = 4096;
  size_t slice_rows = 1000;
  /// Between two slices the operator forgets what is not in its state, and is told how far it had come.
  bool resumes = false;

  /// The watermark follows the rows': it is the highest seen.
  void send(const std::vector<InputRow>& rows);
  /// A batch without watermarks, as it is.
  void send(const ColumnBatch& batch);
  /// Other inputs may lead the watermark further.
  void advance(EventTime watermark);

  void commit();
  /// Undoes everything since the last commit, results too.
  void rollback();

  const RecordedOutput& output() const { return output_; }
  Operator& op() { return *operator_; }
  StateStore& state() { return state_; }
  /// All entries of the state, as bytes.
  std::string state_bytes();

 private:
  void send(size_t input, const ColumnBatch& batch);
  void resume();

  const OperatorNode& node_;
  const Schema& input_;
  StateStore state_;
  std::unique_ptr<Operator> operator_;
  RecordedOutput output_;
  EventTime watermark_ = EventTime::min();
  RecordedOutput committed_output_;
  EventTime committed_watermark_ = EventTime::min();
  StepCounts committed_counts_;
};

/// Rows that come at second `now`, or about then.
using RowsAt = std::function<std::vector<InputRow>(int now, std::mt19937& random)>;
/// Sends rows for 300 seconds to a task over a disk, where at half of the commits all that can be is evicted,
/// and to one in memory: they must agree, and the disk must have been `read`. What the task counted.
StepCounts compare_with_disk(const OperatorNode& node, const Schema& input, uint32_t seed,
                             const RowsAt& rows_at, size_t slice_rows = 1000,
                             uint64_t MemoryDisk::*read = &MemoryDisk::found);

}  // namespace pactolus
