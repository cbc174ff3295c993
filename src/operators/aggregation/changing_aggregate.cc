#include "operators/aggregation/changing_aggregate.h"

#include <algorithm>
#include <cstring>

#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/change_emitter.h"
#include "operators/aggregation/expiring_groups.h"
#include "operators/aggregation/group_results.h"

namespace pactolus {
namespace {

class ChangingAggregate final : public AggregateOperator {
 public:
  ChangingAggregate(const AggregateProgram& program, StateStore& state) : AggregateOperator(program, state) {
    if (program.expiry) expiring_.emplace(program, table(), arguments(), state);
  }

  EventTime next_due() const override {
    return expiring_ ? expiring_->next_due() : AggregateOperator::next_due();
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override {
    return expiring_ ? expiring_->cursor() : std::nullopt;
  }
  void resume(const CloseCursor& cursor) override { expiring_->resume(cursor); }

 private:
  std::vector<RowError> admit(ColumnBatch& batch) override;
  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void prepare(size_t entries);
  void apply(const ColumnBatch& batch, const WindowRows& window);
  void look_up(const WindowRows& window, HotTable& groups);
  void link_rows_of_same_group(const WindowRows& window);
  void add_in_runs(const WindowRows& window, HotTable& groups);
  std::byte* before(size_t entry) { return before_.data() + entry * program().layout.row_size(); }
  std::byte* after(size_t entry) { return after_.data() + entry * program().layout.row_size(); }

  std::optional<ExpiringGroups> expiring_;  // none: groups stay
  // One per entry of the batch. State rows are copied, because a later row of the same batch changes them.
  std::vector<RowTransition> transitions_;
  std::vector<std::byte> before_;  // state rows as the batch found them
  std::vector<std::byte> after_;   // state rows once this row was added
  // One per entry of a window: scratch.
  std::vector<std::byte*> states_;
  std::vector<std::pair<std::byte*, uint32_t>> by_state_;
};

std::vector<RowError> ChangingAggregate::admit(ColumnBatch& batch) {
  if (!expiring_) return {};
  std::vector<RowError> refused = expiring_->refuse_late(batch, watermark());
  if (!refused.empty()) encode_keys(batch);
  return refused;
}

void ChangingAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  prepare(entry_rows().size());
  for (const WindowRows& window : windows()) apply(batch, window);
  emit_changes(program(), arguments(), batch, entry_rows(), transitions_, refused(), before_rows, counts,
               out);
}

void ChangingAggregate::prepare(size_t entries) {
  transitions_.assign(entries, {});
  before_.resize(entries * program().layout.row_size());
  after_.resize(entries * program().layout.row_size());
}

void ChangingAggregate::apply(const ColumnBatch& batch, const WindowRows& window) {
  HotTable& groups = table().window(window.end);
  look_up(window, groups);
  link_rows_of_same_group(window);
  add_in_runs(window, groups);
  for (size_t i = 0; expiring_ && i < window.entries.size(); ++i) {
    const bool begins = transitions_[window.entries[i]].before == nullptr;
    expiring_->note(window.keys[i], batch.system->event_time[window.rows[i]], begins, states_[i]);
  }
}

/// Finds the groups' state rows, and keeps how they were.
void ChangingAggregate::look_up(const WindowRows& window, HotTable& groups) {
  groups.load(window.keys);
  for (size_t i = 0; i < window.entries.size(); ++i) {
    const uint32_t entry = window.entries[i];
    RowTransition& transition = transitions_[entry];
    transition.key = window.keys[i];
    transition.window_end = window.end;
    transition.after = after(entry);
    if (const std::byte* row = groups.find(window.keys[i])) {
      std::memcpy(before(entry), row, program().layout.row_size());
      transition.before = before(entry);
    }
  }
  states_.resize(window.keys.size());
  groups.touch(window.keys, states_);
}

void ChangingAggregate::link_rows_of_same_group(const WindowRows& window) {
  by_state_.clear();
  for (size_t i = 0; i < states_.size(); ++i) by_state_.emplace_back(states_[i], window.entries[i]);
  std::sort(by_state_.begin(), by_state_.end());
  for (size_t i = 1; i < by_state_.size(); ++i) {
    if (by_state_[i].first != by_state_[i - 1].first) continue;
    RowTransition& transition = transitions_[by_state_[i].second];
    transition.previous = by_state_[i - 1].second;
    transition.before = after(by_state_[i - 1].second);
  }
}

/// Adds the rows in runs in which no group comes twice, and keeps each row's state after it.
void ChangingAggregate::add_in_runs(const WindowRows& window, HotTable& groups) {
  const std::span<const uint32_t> entries = window.entries;
  for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    auto in_run = [&](const std::optional<uint32_t>& entry) { return entry && *entry >= entries[begin]; };
    end = begin + 1;
    while (end < entries.size() && !in_run(transitions_[entries[end]].previous)) ++end;
    auto rows = window.rows.subspan(begin, end - begin);
    auto states = std::span(states_).subspan(begin, end - begin);
    auto keys = window.keys.subspan(begin, end - begin);
    arguments().add({window.end, rows, keys, states}, groups.heap());
    for (size_t i = begin; i < end; ++i) {
      std::memcpy(after(entries[i]), states_[i], program().layout.row_size());
    }
  }
}

/// A window's results have all gone out already: its state is freed, with nothing to say.
bool ChangingAggregate::fire(EventTime, size_t rows_max, OperatorOutput& out) {
  if (expiring_) return expiring_->fire(rows_max, counts, out);
  close(table().first_window_end());
  return true;
}

void ChangingAggregate::set_watermark(EventTime watermark) {
  if (expiring_) expiring_->forget_progress();
  AggregateOperator::set_watermark(watermark);
}

}  // namespace

std::unique_ptr<Operator> make_changing_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<ChangingAggregate>(program, state);
}

}  // namespace pactolus
