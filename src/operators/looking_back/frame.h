#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "operators/aggregation/afresh_calls.h"
#include "operators/aggregation/aggregate_arguments.h"
#include "operators/looking_back/chunk_parts.h"
#include "operators/looking_back/look_back.h"

namespace pactolus {

/// Events of a group as rows of the step's input, of which only the kept columns are there.
class EventReader {
 public:
  explicit EventReader(const OverProgram& program) : program_(program) {}
  /// Calls visit(batch) for the events, in their order, as batches.
  template <class Visit>
  void for_each_batch(const Events& events, const Visit& visit) const {
    for (size_t begin = 0; begin < events.size(); begin += kBatchRowsMax)
      visit(batch(events, begin, std::min(kBatchRowsMax, events.size() - begin)));
  }

 private:
  ColumnBatch batch(const Events& events, size_t begin, size_t count) const;

  const OverProgram& program_;
};

/// One look-back window in one task: the states of its calls for each group, as of the group's last row, and
/// the results for a batch. Owned by the operator. Threads: the task's.
class Frame {
 public:
  /// `groups`: of OverProgram::states, if there are.
  Frame(const OverProgram& program, const FrameProgram& frame, EventHistory& history, StateTable* groups,
        StateStore& state);

  const LookBack& look_back() const { return frame_.look_back; }

  // ---- for a batch, in this order

  /// Evaluates what the calls take of the rows.
  std::vector<RowError> evaluate(const ColumnBatch& batch);
  /// The most bytes that a group's state may need for texts such as this row has.
  size_t text_bytes(uint32_t row) const;
  /// Rows are about to look back. `beginning`: the time of the first event that the task has seen.
  void begin(const ColumnBatch& batch, EventTime beginning);
  /// These rows, which have groups, are about to look back, one after the other. `states`: the groups' rows
  /// of OverProgram::states, if there are.
  void prepare(std::span<const uint32_t> rows, std::span<const std::string_view> groups,
               std::span<std::byte* const> states);
  /// The next row, `row`, looks back at its group, which then takes it. `before` are the group's last events
  /// without it, the last one first: of a window of rows only.
  void look_back(std::string_view group, uint32_t row, EventTime time, const Events& before);
  /// The next row does not look back after all.
  void skip() { ++next_prepared_; }
  /// The row has no group: it looks at itself alone, and nothing takes it.
  void look_back_alone(uint32_t row, EventTime time);
  /// The results for the rows that looked back, as columns of the row that `select` sees.
  void finish(std::span<const uint32_t> rows, std::vector<ColumnPtr>& raw, RowErrors& errors);

  /// An event has come into a chunk that was finished.
  void chunk_changed(const ChangedChunk& chunk);

  // ---- when a segment of the history is about to be dropped

  /// Takes the group's events up to `last` out of its states, which are in its row `states`, or, of an
  /// unbounded window, remembers what those of the segment, `events`, come to. Whether the states are those
  /// of a new group again: zero.
  bool let_go(std::string_view group, std::byte* states, EventTime last, const Events& events);
  /// All groups have let the segment go.
  void drop_segment(EventTime segment_end);

 private:
  /// FollowingCalls in this task.
  struct Followers {
    const FollowingCalls& calls;
    AggregateArguments arguments;
    AggregateArguments::Evaluated evaluated;  // of the rows of the batch
    AfreshCalls alone;                        // for rows without a group
    std::optional<ChunkParts> parts;
    bool lost = false;  // an event of the group that makes a difference: they are to be computed anew

    bool give_back() const { return calls.way == FollowingCalls::kGiveBack; }
  };

  void add_followers(const FollowingCalls& calls, StateStore& state);
  GroupedRows grouped(std::span<const uint32_t> rows, std::string_view group, std::byte* state);
  EventTime time_in(size_t field) const;
  void set_time(size_t field, EventTime time);
  /// The group's states, in row_, take the events of the window at `time`, and no others.
  void move(std::string_view group, EventTime time);
  void take_out(std::string_view group, EventTime after, EventTime until);
  void put_in(std::string_view group, EventTime after, EventTime until, bool in_order);
  void take_anew(std::string_view group, EventTime after, EventTime until);
  void take_anew(Followers& followers, std::string_view group, EventTime after, EventTime until);
  void take(Followers& followers, const ColumnBatch& events, std::string_view group, std::byte* row,
            BlobHeap& heap);
  void take(Followers& followers, const Events& events, std::string_view group, std::byte* row,
            BlobHeap& heap);
  static void merge(const AggregateProgram& program, std::byte* into, const std::byte* from, BlobHeap& heap);
  void forget(const AggregateProgram& program);
  /// Of the window in a group's row.
  const TableLayout& layout() const { return *frame_.window; }
  BlobHeap& heap() { return table_->running().heap(); }
  void take_current(std::string_view group, uint32_t row, EventTime time);
  /// events_ are those that the row looks back at, but for itself.
  void look_afresh(uint32_t row);
  void note_complete(uint32_t row, EventTime time, size_t events);
  ColumnBatch row_alone(uint32_t row) const;
  void take_for_ever(std::string_view group, EventTime last, const Events& events);
  void results_of_states(Followers& followers, std::span<const uint32_t> rows, std::vector<ColumnPtr>& raw,
                         RowErrors& errors);
  void result_afresh(AfreshCalls& calls, size_t call, uint32_t row, Column& to, RowErrors& errors);

  const OverProgram& program_;
  const FrameProgram& frame_;
  EventHistory& history_;
  EventReader reader_;
  StateTable* table_ = nullptr;  // of all windows' states; none: no call of this one keeps any
  StateTable* base_ = nullptr;
  std::deque<Followers> followers_;
  AfreshCalls afresh_;
  std::byte* row_ = nullptr;  // of the group that is looked at
  // Of the batch.
  ColumnBatch batch_;
  std::vector<std::byte*> prepared_;  // the groups' rows
  size_t next_prepared_ = 0;
  EventTime beginning_;
  std::vector<std::byte> states_;  // for each row of the batch, what its group's was
  std::vector<uint32_t> alone_;
  std::vector<std::shared_ptr<Column>> afresh_results_;
  std::shared_ptr<Arena> texts_;  // of results that were computed afresh
  std::shared_ptr<Column> complete_;
  RowErrors errors_;
  // Scratch.
  Events events_;
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> rows_of_states_;
};

}  // namespace pactolus
