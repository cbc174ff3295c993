#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "runtime/dead_letters.h"
#include "runtime/outgoing.h"
#include "runtime/result_writer.h"
#include "runtime/task_context.h"
#include "runtime/task_input.h"
#include "runtime/watermark.h"
#include "state/decision_record.h"
#include "state/state_store.h"

namespace pactolus {

/// One partition of one sub-topology: its operators, state, watermark and timers. The deterministic core: no
/// I/O, clock or randomness in it; the same input partitions (and idle decisions) give the same output, byte
/// for byte, wherever batches and commits end. Owned by a worker; one thread at a time touches it. On stop it
/// is simply dropped: all that matters is in the committed epoch record and the changelog.
class Task {
 public:
  Task(const TaskContext& context, const SubTopologyTasks& sub, Partition partition);
  ~Task();
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  const TaskId& id() const { return id_; }
  StateStore& state() { return state_; }
  const StateStore& state() const { return state_; }
  std::span<const std::unique_ptr<TaskInput>> inputs() const { return inputs_; }
  EventTime watermark() const { return watermark_.value(); }
  /// The highest Kafka timestamp of the records read: what the task writes is never stamped later.
  ProcessingTime record_time() const { return record_time_; }

  /// Everything but the tables as it is now. nonce, round and task_map_hash are the caller's to fill.
  EpochRecord epoch() const;
  /// Goes (back) to `epoch`, over state tables that are already as they were then: after a restore or a
  /// rollback. Inputs that the epoch does not know keep the start that they were given.
  void reset(const EpochRecord& epoch);

  /// One slice of work: a part of a window's close, or the next rows of the inputs. False: nothing to do.
  bool step(Outgoing& out);
  /// Something happened since mark_committed() or reset() that a commit must make permanent.
  bool changed() const { return changed_; }
  void mark_committed() {
    changed_ = false;
    forget_decisions();
  }

  /// A source partition at its end has been without records for its declared time: it no longer holds the
  /// watermark back.
  void mark_idle(size_t input, Outgoing& out);
  /// No more records come from sources, ever: all windows fall due. (Repartition inputs hear it from their
  /// upstream tasks.)
  void end_inputs();

  /// The order of work since mark_committed() or reset(), if it was chosen without waiting for an input: what
  /// a replay has to repeat. Empty: the input partitions alone determine it.
  std::span<const Decision> decisions() const {
    return decided_ ? std::span<const Decision>(decisions_) : std::span<const Decision>();
  }

  /// Counts of a step or a source (rows in = records read, passed = rows decoded) by its name, of a
  /// repartition topic as "repartition NAME", of a sink as "sink NAME".
  std::vector<StepProgress> counts() const;

 private:
  class StepOutput;
  struct Step {
    const StepPlan* plan;
    std::unique_ptr<Operator> op;
    std::unique_ptr<StepOutput> output;
  };
  struct PendingDeadLetter {
    uint32_t source_row;
    ColumnBatch batch;
    const std::string* step;
    RowError error;
  };
  struct Run {
    size_t input;
    uint32_t end;  // the head's records up to here
    bool waited;   // every other input had rows, too: no choice
  };

  void add_inputs(const InputPlan& plan);
  bool fire_due(Outgoing& out);
  std::optional<size_t> next_to_fire() const;
  void settle(Outgoing& out);
  std::optional<Run> choose_run() const;
  bool comes_before(const TaskInput& one, const TaskInput& other) const;
  void process_run(const Run& run, Outgoing& out);
  void push_rows(size_t input, uint32_t begin, uint32_t end, Outgoing& out);
  uint32_t cut(const TaskInput& input, uint32_t end) const;
  EventTime next_boundary() const;
  void hear_control(TaskInput& input, const ControlRecord& control, Outgoing& out);
  void deliver(std::span<const Edge> edges, ColumnBatch batch, Outgoing& out);
  void write_to_sink(SinkWriter& sink, const ColumnBatch& batch, Outgoing& out);
  void add_dead_letter(const ColumnBatch& batch, const std::string& step, RowError error);
  void write_dead_letters(Outgoing& out);
  void send_control(size_t repartition, EventTime watermark, bool idle, Outgoing& out);
  void send_idleness(Outgoing& out);
  bool tell_tables_read(Outgoing& out);
  bool is_read(const TaskInput& input) const;
  void end_idleness(Outgoing& out);
  Duration control_distance(size_t repartition) const;
  void note_decision(size_t input, uint64_t records, bool waited);
  void forget_decisions();
  bool is_counted_before(size_t input) const;
  void restore_counts(const std::vector<StepProgress>& steps);

  const TaskContext& context_;
  const SubTopologyTasks& tasks_;
  const SubTopology& sub_;
  TaskId id_;
  StateStore state_;
  std::vector<std::unique_ptr<TaskInput>> inputs_;
  std::vector<StepCounts> input_counts_;
  std::vector<Step> steps_;
  DeadLetterWriter dead_letters_;
  std::vector<PendingDeadLetter> pending_dead_letters_;  // of the slice that runs
  std::vector<SinkWriter> sinks_;
  std::vector<RepartitionWriter> repartitions_;
  std::vector<DownstreamProgress> downstreams_;
  TaskWatermark watermark_;
  EventTime settled_ = EventTime::min();  // everything due up to here has been done
  std::optional<CloseProgress> close_;    // unfinished
  ProcessingTime record_time_;            // the highest Kafka timestamp of the records read
  std::vector<Decision> decisions_;  // of a task with several inputs or idle ones, in the open transaction
  bool decided_ = false;             // at least one was a choice
  Outgoing* out_ = nullptr;          // during step()
  bool changed_ = false;
};

}  // namespace pactolus
