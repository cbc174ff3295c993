#include "operators/aggregation/sliced_aggregate.h"

#include <algorithm>

#include "base/check.h"
#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/group_results.h"
#include "operators/state_names.h"
#include "operators/state_time.h"
#include "state/merged_scan.h"

namespace pactolus {
namespace {

/// States that are put together from others, for a while: groups of one layout.
class MergedStates {
 public:
  explicit MergedStates(const AggregateProgram& program) : program_(program) {}
  ~MergedStates() { clear(); }
  MergedStates(const MergedStates&) = delete;
  MergedStates& operator=(const MergedStates&) = delete;

  size_t size() const { return keys_.size(); }
  /// A group, of which `rows` are parts.
  void add(std::string_view key, std::span<const std::byte* const> rows);
  /// Of a window with that end. Valid until the next add() or clear().
  std::vector<GroupState> groups(EventTime window_end) const;
  void clear();

 private:
  size_t row_size() const { return program_.layout.row_size(); }

  const AggregateProgram& program_;
  ByteRows keys_;
  std::vector<std::byte> rows_;
  BlobHeap heap_;
};

void MergedStates::add(std::string_view key, std::span<const std::byte* const> rows) {
  const size_t begin = size() * row_size();
  keys_.bytes() += key;
  keys_.end_row();
  rows_.resize(begin + row_size());
  for (size_t call = 0; call < program_.calls.size(); ++call) {
    const size_t offset = program_.state_offset(call);
    for (const std::byte* row : rows)
      program_.calls[call].aggregate->merge(rows_.data() + begin + offset, row + offset, heap_);
  }
}

std::vector<GroupState> MergedStates::groups(EventTime window_end) const {
  std::vector<GroupState> groups;
  groups.reserve(size());
  for (size_t i = 0; i < size(); ++i) groups.push_back({keys_[i], window_end, rows_.data() + i * row_size()});
  return groups;
}

void MergedStates::clear() {
  keys_.clear();
  rows_.clear();
  heap_.rollback();  // frees what was stored
}

class SlicedAggregate final : public AggregateOperator {
 public:
  SlicedAggregate(const AggregateProgram& program, StateStore& state)
      : AggregateOperator(program, state),
        closed_(state.declare(program.slicing->closed)),
        merged_(program) {}

  EventTime next_due() const override { return program().due(next_window_end()); }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override;
  void resume(const CloseCursor& cursor) override { begin(cursor.window_end, cursor.last_key); }

 private:
  /// The windows with one end, on their way out.
  struct Closing {
    EventTime end;
    MergedScan groups;
    std::string last_key;  // that went out
  };

  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  EventTime closed_until() const;
  EventTime next_window_end() const;
  EventTime next_window_end(const WindowKind& kind) const;
  void begin(EventTime end, std::optional<std::string> after);
  void close_windows(EventTime end);

  StateTable& closed_;
  std::optional<Closing> closing_;
  MergedStates merged_;
};

void SlicedAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  for (const WindowRows& window : windows()) update_groups(batch, window);
  for (const RowError& error : refused()) out.dead_letter(batch, error);
}

/// Windows that end until then have closed, with results or without.
EventTime SlicedAggregate::closed_until() const {
  constexpr EventTime kBeforeAllRows{2 * kTimestampMin};
  const EventTime by_watermark = std::max(watermark() - program().grace, kBeforeAllRows);
  HotTable* closed = closed_.find_window(EventTime::max());
  const std::byte* end = closed == nullptr ? nullptr : closed->find(kOnlyRow);
  return end == nullptr ? by_watermark : std::max(by_watermark, time_at(end));
}

/// EventTime::max(): there is nothing to give results of.
EventTime SlicedAggregate::next_window_end() const {
  EventTime next = table().first_window_end();
  if (slices().first_window_end() == EventTime::max()) return next;
  for (const NamedWindows& windows : program().windows->kinds()) {
    if (windows.kind->overlaps()) next = std::min(next, next_window_end(*windows.kind));
  }
  return next;
}

/// Of the first window that has a slice and hasn't closed.
EventTime SlicedAggregate::next_window_end(const WindowKind& kind) const {
  const EventTime closed = closed_until();
  const EventTime end = kind.first_end_after(closed);
  const EventTime slice_end = slices().next_window_end(kind.start_of(end) + Duration{1});
  if (slice_end == EventTime::max()) return slice_end;
  return slice_end <= end ? end : kind.first_end_after(last_moment(slice_end));
}

void SlicedAggregate::begin(EventTime end, std::optional<std::string> after) {
  closing_.emplace(Closing{end, {}, after.value_or("")});
  MergedScan& groups = closing_->groups;
  if (after) groups.begin_after(*std::move(after));
  if (HotTable* own = table().find_window(end)) groups.add(*own, {});
  const std::span<const NamedWindows> kinds = program().windows->kinds();
  for (size_t i = 0; i < kinds.size(); ++i) {
    const WindowKind& kind = *kinds[i].kind;
    if (!kind.overlaps() || kind.first_end_after(last_moment(end)) != end) continue;
    EventTime slice = slices().next_window_end(kind.start_of(end) + Duration{1});
    for (; slice <= end; slice = slices().next_window_end(slice + Duration{1}))
      groups.add(*slices().find_window(slice), encoded_name(i));
  }
}

bool SlicedAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (!closing_) begin(next_window_end(), std::nullopt);
  const EventTime end = closing_->end;
  PACTOLUS_CHECK(program().due(end) == due, "a window was closed at another time than it was due");
  MergedScan& groups = closing_->groups;
  const size_t groups_max = std::clamp<size_t>(rows_max, 1, kBatchRowsMax);
  while (merged_.size() < groups_max && groups.next()) merged_.add(groups.key(), groups.rows());
  if (merged_.size() > 0) {
    const std::vector<GroupState> states = merged_.groups(end);
    closing_->last_key = states.back().key;
    emit_results_of_window(program(), arguments(), states, counts, out);
    merged_.clear();
  }
  if (!groups.done()) {
    groups.pause();
    return false;
  }
  closing_.reset();
  close_windows(end);
  return true;
}

void SlicedAggregate::close_windows(EventTime end) {
  close(end);
  put_time(end, closed_.running().touch(kOnlyRow));
  EventTime needed = EventTime::max();
  for (const NamedWindows& windows : program().windows->kinds()) {
    const WindowKind& kind = *windows.kind;
    if (kind.overlaps()) needed = std::min(needed, kind.start_of(kind.first_end_after(end)));
  }
  while (slices().first_window_end() <= needed) slices().drop_window(slices().first_window_end());
}

std::optional<CloseCursor> SlicedAggregate::cursor() const {
  if (!closing_) return std::nullopt;
  return CloseCursor{program().step, closing_->end, closing_->last_key};
}

void SlicedAggregate::set_watermark(EventTime watermark) {
  closing_.reset();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_sliced_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<SlicedAggregate>(program, state);
}

}  // namespace pactolus
