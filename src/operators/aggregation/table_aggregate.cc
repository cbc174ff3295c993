#include "operators/aggregation/table_aggregate.h"

#include <cstring>
#include <map>
#include <utility>

#include "operators/aggregation/aggregate_operator.h"
#include "operators/aggregation/change_emitter.h"

namespace pactolus {
namespace {

class TableAggregate final : public AggregateOperator {
 public:
  using AggregateOperator::AggregateOperator;

  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;

 private:
  /// An entry of the batch: a row in one of its windows.
  struct Place {
    const WindowRows* window = nullptr;
    size_t index = 0;  // into the window's rows
    uint32_t row() const { return window->rows[index]; }
    std::string_view key() const { return window->keys[index]; }
  };
  using Group = std::pair<EventTime, std::string_view>;

  void accumulate(const ColumnBatch& batch, OperatorOutput& out) override;
  void find_places();
  std::optional<size_t> other_half(size_t entry) const;
  RowTransition begin_transition(const Place& place);
  void end_transition(const Place& place, RowTransition transition);
  const std::byte* copied(const std::byte* row);

  // Of the batch.
  std::vector<Place> places_;               // by entry
  std::vector<uint8_t> taken_with_update_;  // by entry: its change is told with the other half's
  std::vector<RowTransition> transitions_;
  std::vector<uint32_t> rows_;        // of the transitions
  std::map<Group, uint32_t> latest_;  // transition of a group
  std::vector<std::byte> images_;     // state rows before and after changes
  size_t images_used_ = 0;
};

void TableAggregate::accumulate(const ColumnBatch& batch, OperatorOutput& out) {
  find_places();
  transitions_.clear();
  rows_.clear();
  latest_.clear();
  images_.resize(2 * places_.size() * program().layout.row_size());
  images_used_ = 0;
  taken_with_update_.assign(places_.size(), 0);
  for (size_t entry = 0; entry < places_.size(); ++entry) {
    if (taken_with_update_[entry] != 0) continue;
    const Place& place = places_[entry];
    RowTransition transition = begin_transition(place);
    change_group(batch, *place.window, place.index);
    const Place* told = &place;
    if (auto other = other_half(entry)) {
      told = &places_[*other];
      change_group(batch, *told->window, told->index);
      taken_with_update_[*other] = 1;
    }
    end_transition(*told, transition);
  }
  emit_changes(program(), arguments(), batch, rows_, transitions_, refused(), before_rows, counts, out);
}

void TableAggregate::find_places() {
  places_.assign(entry_rows().size(), {});
  for (const WindowRows& window : windows()) {
    table().window(window.end).load(window.keys);
    for (size_t i = 0; i < window.entries.size(); ++i) places_[window.entries[i]] = {&window, i};
  }
}

/// The entry of the row that replaces the entry's row, if it is in the same group.
std::optional<size_t> TableAggregate::other_half(size_t entry) const {
  const Place& place = places_[entry];
  const std::optional<uint32_t> after = replaced_by(place.row());
  if (!after) return std::nullopt;
  for (size_t other = entry + 1; other < places_.size() && places_[other].row() <= *after; ++other) {
    const Place& its = places_[other];
    if (its.row() == *after && its.window == place.window && its.key() == place.key()) return other;
  }
  return std::nullopt;
}

RowTransition TableAggregate::begin_transition(const Place& place) {
  RowTransition transition;
  transition.key = place.key();
  transition.window_end = place.window->end;
  if (auto latest = latest_.find({transition.window_end, transition.key}); latest != latest_.end()) {
    transition.before = transitions_[latest->second].after;
    if (transition.before != nullptr) transition.previous = latest->second;
  } else if (const std::byte* row = table().window(transition.window_end).find(transition.key)) {
    transition.before = copied(row);
  }
  return transition;
}

void TableAggregate::end_transition(const Place& place, RowTransition transition) {
  if (const std::byte* row = table().window(transition.window_end).find(transition.key))
    transition.after = copied(row);
  if (transition.before == nullptr && transition.after == nullptr) return;  // there is no such group
  latest_[{transition.window_end, transition.key}] = static_cast<uint32_t>(transitions_.size());
  transitions_.push_back(transition);
  rows_.push_back(place.row());
}

/// A later row of the batch changes it.
const std::byte* TableAggregate::copied(const std::byte* row) {
  std::byte* copy = images_.data() + images_used_;
  std::memcpy(copy, row, program().layout.row_size());
  images_used_ += program().layout.row_size();
  return copy;
}

/// A window's results have all gone out already: its state is freed, with nothing to say.
bool TableAggregate::fire(EventTime, size_t, OperatorOutput&) {
  close(table().first_window_end());
  return true;
}

}  // namespace

std::unique_ptr<Operator> make_table_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<TableAggregate>(program, state);
}

}  // namespace pactolus
