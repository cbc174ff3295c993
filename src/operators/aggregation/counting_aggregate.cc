#include "operators/aggregation/counting_aggregate.h"

#include <algorithm>
#include <cstring>

#include "data/key_encoding.h"
#include "operators/aggregation/group_results.h"
#include "operators/aggregation/time_ordered_aggregate.h"
#include "operators/state_time.h"

namespace pactolus {
namespace {

/// A group's last window, as the table `open` has it.
struct LastWindow {
  int64_t number;  // from 1 on
  int64_t rows;    // so far; 0: it is full, and gone
};

class CountingAggregate final : public TimeOrderedAggregate {
 public:
  CountingAggregate(const AggregateProgram& program, StateStore& state)
      : TimeOrderedAggregate(program, program.counting->order, program.counting->open, state),
        counting_(*program.counting) {}

  EventTime next_due() const override { return std::min(rows().next_due(), next_tick()); }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  std::optional<CloseCursor> cursor() const override {
    return rows().taking() ? rows().cursor(program().step) : tick_cursor();
  }
  void resume(const CloseCursor& cursor) override {
    if (!resume_tick(cursor, rows().has_slice(cursor.window_end))) rows().resume(cursor);
  }

 private:
  RowWindow window_of(std::string_view group, EventTime time, EventTime slice_end, std::string& key) override;
  size_t last_offset() const override { return program().layout.field_offset(counting_.last); }
  EventTime end_of(const std::byte* row) const override { return time_at(row + last_offset()) + Duration{1}; }
  void end_full(OperatorOutput& out);

  const CountingProgram& counting_;
  // Scratch.
  Column number_{kBigintType, 1};
  std::vector<std::string> full_;  // in the order of their last rows
};

/// The rows of a slice first: at a tick goes out what they have altered.
bool CountingAggregate::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  if (rows().next_due() != due) return fire_tick(rows_max, out);
  full_.clear();
  take_rows(rows_max, out);
  end_full(out);
  return !rows().taking();
}

CountingAggregate::RowWindow CountingAggregate::window_of(std::string_view group, EventTime time, EventTime,
                                                          std::string& key) {
  std::byte* open_window = open().touch(group);
  LastWindow window{};
  std::memcpy(&window, open_window, sizeof window);
  const bool begins = window.rows == 0;
  if (begins) ++window.number;
  window.rows = (window.rows + 1) % counting_.rows;
  std::memcpy(open_window, &window, sizeof window);
  number_.values_of<TypeKind::kBigint>()[0] = window.number;
  key.assign(group);
  append_key_value(number_, 0, key);
  if (window.rows == 0) full_.push_back(key);
  std::byte* state = windows_of_groups().touch(key);
  if (begins) put_time(time, state + program().layout.field_offset(counting_.first));
  return {state, begins};
}

void CountingAggregate::end_full(OperatorOutput& out) {
  std::vector<GroupState> ended;
  for (const std::string& window : full_) {
    const std::byte* row = windows_of_groups().find(window);
    ended.push_back({window, end_of(row), row});
  }
  end_windows(ended, out);
}

}  // namespace

std::unique_ptr<Operator> make_counting_aggregate(const AggregateProgram& program, StateStore& state) {
  return std::make_unique<CountingAggregate>(program, state);
}

}  // namespace pactolus
