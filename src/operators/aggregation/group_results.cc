#include "operators/aggregation/group_results.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <numeric>

#include "base/arena.h"
#include "base/check.h"
#include "data/key_encoding.h"

namespace pactolus {
namespace {

/// The texts lie in the state, which goes on changing.
void own_texts(Column& column) {
  auto arena = std::make_shared<Arena>();
  auto* texts = column.values<std::string_view>();
  for (size_t i = 0; i < column.rows(); ++i) {
    texts[i] = column.is_null(i) ? std::string_view() : arena->copy(texts[i]);
  }
  column.keep(std::move(arena));
}

class ResultComputation {
 public:
  ResultComputation(const AggregateProgram& program, const AggregateArguments& taken,
                    std::span<const GroupState> groups, std::shared_ptr<const SystemColumns> system,
                    Having having)
      : program_(program),
        taken_(taken),
        groups_(groups),
        system_(std::move(system)),
        having_(having),
        rows_(groups.size()) {
    std::iota(rows_.begin(), rows_.end(), 0U);
  }

  GroupResults run() {
    GroupResults results;
    results.groups = batch(program_.group, group_columns());
    ColumnBatch raw = batch(program_.raw, results.groups.columns);
    RowErrors errors;
    for (size_t i = 0; i < program_.calls.size(); ++i)
      raw.columns.push_back(call_results(program_, taken_, i, groups_, errors));
    take_out(errors);
    results.results = batch(program_.output, results.groups.columns);
    for (const ExpressionPtr& item : program_.select) {
      results.results.columns.push_back(item->evaluate(raw, rows_, errors));
    }
    take_out(errors);
    results.outcomes.assign(groups_.size(), GroupResults::kFailed);
    judge(results);
    std::sort(failed_.begin(), failed_.end(), [](auto& a, auto& b) { return a.row < b.row; });
    results.failed = std::move(failed_);
    return results;
  }

 private:
  ColumnBatch batch(const Schema& schema, std::vector<ColumnPtr> columns) const {
    return {&schema, std::move(columns), system_, {}};
  }

  std::vector<ColumnPtr> group_columns() const {
    std::vector<std::shared_ptr<Column>> columns;
    std::vector<Column*> slots;
    for (const Field& field : program_.key.fields()) {
      slots.push_back(columns.emplace_back(make_column(field.type, groups_.size())).get());
    }
    auto texts = std::make_shared<Arena>();
    for (size_t i = 0; i < groups_.size(); ++i) {
      std::string_view key = groups_[i].key;
      PACTOLUS_CHECK(decode_key(key, slots, i, *texts) && key.empty(), "a group's key cannot be read");
    }
    for (const auto& column : columns) column->keep(texts);
    std::vector<ColumnPtr> result(columns.begin(), columns.end());
    if (program_.windows) append_bounds(columns.empty() ? nullptr : columns.back().get(), result);
    if (program_.counting) append_starts(result);
    if (program_.order() != nullptr) append_ends(result);
    return result;
  }

  /// window_start and window_end. `names`: of the windows, if they have names.
  void append_bounds(const Column* names, std::vector<ColumnPtr>& result) const {
    const std::span<const NamedWindows> kinds = program_.windows->kinds();
    auto starts = make_column(kTimestamptzType, groups_.size());
    auto ends = make_column(kTimestamptzType, groups_.size());
    for (size_t i = 0; i < groups_.size(); ++i) {
      const NamedWindows* windows = kinds.data();
      if (!windows->name.empty())
        windows = &*std::ranges::find(kinds, names->values<std::string_view>()[i], &NamedWindows::name);
      const EventTime end = groups_[i].window_end;
      starts->values_of<TypeKind::kTimestamptz>()[i] = windows->kind->start_of(end).micros();
      ends->values_of<TypeKind::kTimestamptz>()[i] = end.micros();
    }
    result.push_back(std::move(starts));
    result.push_back(std::move(ends));
  }

  /// window_start of windows of so many rows: that of sessions is in their keys.
  void append_starts(std::vector<ColumnPtr>& result) const {
    auto starts = make_column(kTimestamptzType, groups_.size());
    for (size_t i = 0; i < groups_.size(); ++i) {
      std::memcpy(&starts->values_of<TypeKind::kTimestamptz>()[i],
                  groups_[i].row + program_.layout.field_offset(program_.counting->first), sizeof(int64_t));
    }
    result.push_back(std::move(starts));
  }

  void append_ends(std::vector<ColumnPtr>& result) const {
    auto ends = make_column(kTimestamptzType, groups_.size());
    for (size_t i = 0; i < groups_.size(); ++i)
      ends->values_of<TypeKind::kTimestamptz>()[i] = groups_[i].window_end.micros();
    result.push_back(std::move(ends));
  }

  /// Later expressions must not see the slots of rows that failed: they are unspecified.
  void take_out(RowErrors& errors) {
    std::vector<RowError> failed = errors.take();
    remove_failed(rows_, failed);
    std::move(failed.begin(), failed.end(), std::back_inserter(failed_));
  }

  void judge(GroupResults& results) {
    if (!program_.having || having_ == Having::kIgnored) {
      for (uint32_t row : rows_) results.outcomes[row] = GroupResults::kVisible;
      return;
    }
    RowErrors errors;
    ColumnPtr verdict = program_.having->evaluate(results.results, rows_, errors);
    take_out(errors);
    const uint8_t* values = verdict->values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows_) {
      bool visible = !verdict->is_null(row) && values[row] != 0;
      results.outcomes[row] = visible ? GroupResults::kVisible : GroupResults::kWithheld;
    }
  }

  const AggregateProgram& program_;
  const AggregateArguments& taken_;
  std::span<const GroupState> groups_;
  std::shared_ptr<const SystemColumns> system_;
  Having having_;
  std::vector<uint32_t> rows_;  // that did not fail so far, ascending
  std::vector<RowError> failed_;
};

}  // namespace

std::shared_ptr<Column> call_results(const AggregateProgram& program, const AggregateArguments& taken,
                                     size_t call, std::span<const GroupState> groups, RowErrors& errors) {
  if (const OrderedRows* rows = taken.ordered_rows(call)) return rows->results(groups, errors);
  const AggregateState& aggregate = program.calls[call].state();
  std::vector<const std::byte*> states;
  states.reserve(groups.size());
  for (const GroupState& group : groups) states.push_back(group.row + program.state_offset(call));
  auto column = make_column(aggregate.result_type(), groups.size());
  aggregate.result(states, *column, errors);
  if (holds_bytes(column->type().kind)) own_texts(*column);
  return column;
}

GroupResults compute_results(const AggregateProgram& program, const AggregateArguments& taken,
                             std::span<const GroupState> groups, std::shared_ptr<const SystemColumns> system,
                             Having having) {
  return ResultComputation(program, taken, groups, std::move(system), having).run();
}

void mark_final(const AggregateProgram& program, bool is_final, GroupResults& results) {
  if (!program.thinning || !program.thinning->marks_final) return;
  auto column = make_column(kBooleanType, results.outcomes.size());
  std::fill_n(column->values_of<TypeKind::kBoolean>(), column->rows(), static_cast<uint8_t>(is_final));
  results.results.columns.push_back(std::move(column));
}

void emit_results_of_window(const AggregateProgram& program, const AggregateArguments& taken,
                            std::span<const GroupState> groups, StepCounts& counts, OperatorOutput& out) {
  const EventTime time = last_moment(groups.front().window_end);
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(groups.size(), time);
  system->row_watermark.assign(groups.size(), time);
  emit_closed(compute_results(program, taken, groups, std::move(system)), counts, out);
}

void emit_closed(GroupResults results, StepCounts& counts, OperatorOutput& out) {
  for (const RowError& error : results.failed) out.dead_letter(results.groups, error);
  counts.dead_results += results.failed.size();
  std::vector<uint32_t>& visible = results.results.selection;
  for (uint32_t row = 0; row < results.outcomes.size(); ++row) {
    if (results.outcomes[row] == GroupResults::kVisible) visible.push_back(row);
  }
  counts.results_by_close += visible.size();
  counts.results_withheld += results.outcomes.size() - visible.size() - results.failed.size();
  if (!visible.empty()) out.emit(std::move(results.results));
}

}  // namespace pactolus
