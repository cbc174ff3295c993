#include "operators/aggregation/aggregate_arguments.h"

#include <algorithm>

namespace pactolus {
namespace {

bool passes(const Column& filter, uint32_t row) {
  return !filter.is_null(row) && filter.values_of<TypeKind::kBoolean>()[row] != 0;
}

bool is_text(const ExpressionPtr& argument) { return holds_bytes(argument->type().kind); }

/// How many texts of one row an entry of the state may hold for the call: the group's, a seen value's or a
/// row's.
size_t texts_kept(const BoundCall& call) {
  constexpr size_t kOrderKeyGrowth = 3;  // of a text that is a key within a key
  auto taken = std::span(call.arguments).first(call.taken);
  auto in_value = static_cast<size_t>(std::ranges::count_if(taken, is_text));
  size_t in_group = call.grown_bytes() > 0 ? 0 : call.state().blob_offsets().size();
  if (call.ordered) {
    size_t in_key = 0;
    for (const OrderColumn& order : call.order) in_key += is_text(call.arguments[order.column]) ? 1 : 0;
    return in_value + kOrderKeyGrowth * in_key;
  }
  return call.distinct || call.sorted ? std::max(in_group, in_value) : in_group;
}

}  // namespace

AggregateArguments::AggregateArguments(const AggregateProgram& program, StateStore& state) {
  for (size_t i = 0; i < program.calls.size(); ++i) {
    const BoundCall& bound = program.calls[i];
    size_t texts = texts_kept(bound);
    Call& call =
        calls_.emplace_back(Call{&bound, program.state_offset(i), {}, nullptr, {}, {}, {}, texts > 0});
    if (bound.distinct) call.distinct.emplace(state.declare(*bound.distinct), bound.takes_nulls);
    if (bound.sorted) call.sorted.emplace(*bound.ordered_set, state.declare(*bound.sorted));
    if (bound.ordered) call.ordered.emplace(bound, call.state_offset, state.declare(*bound.ordered));
    texts_ += texts;
    grown_bytes_ += bound.grown_bytes();
  }
}

std::vector<RowError> AggregateArguments::evaluate(const ColumnBatch& batch) {
  RowErrors errors;
  for (Call& call : calls_) evaluate_call(call, batch, errors);
  return errors.take();
}

void AggregateArguments::evaluate_call(Call& call, const ColumnBatch& batch, RowErrors& errors) {
  call.columns.clear();
  std::span<const uint32_t> rows = batch.selection;
  if (call.bound->filter) {
    RowErrors filter_errors;
    call.filter = call.bound->filter->evaluate(batch, rows, filter_errors);
    std::vector<RowError> failed = filter_errors.take();
    rows_ = batch.selection;
    remove_failed(rows_, failed);
    std::erase_if(rows_, [&](uint32_t row) { return !passes(*call.filter, row); });
    rows = rows_;
    errors.add(std::move(failed));
  }
  for (const ExpressionPtr& argument : call.bound->arguments) {
    call.columns.push_back(argument->evaluate(batch, rows, errors));
  }
}

void AggregateArguments::add(const GroupedRows& grouped, BlobHeap& heap) {
  for (Call& call : calls_) {
    select_rows(call, grouped);
    if (call.sorted) {
      call.sorted->add(grouped.window_end, *call.columns[0], rows_, keys_, states_, heap);
      continue;
    }
    if (call.distinct) call.distinct->keep_new(grouped.window_end, call.taken(), {rows_, keys_, states_});
    if (call.ordered) {
      call.ordered->add(grouped.window_end, call.columns, rows_, keys_, states_);
    } else {
      call.bound->aggregate->add(call.taken(), rows_, states_, heap);
    }
  }
}

void AggregateArguments::prefetch(std::span<const uint32_t> rows, std::span<const std::string_view> keys) {
  for (Call& call : calls_) {
    if (call.sorted && !call.filter) call.sorted->prefetch(EventTime::max(), *call.columns[0], rows, keys);
  }
}

void AggregateArguments::retract(const GroupedRows& grouped, BlobHeap& heap) {
  for (Call& call : calls_) {
    select_rows(call, grouped);
    if (call.sorted) {
      call.sorted->retract(grouped.window_end, *call.columns[0], rows_, keys_, states_, heap);
    } else {
      call.bound->aggregate->retract(call.taken(), rows_, states_, heap);
    }
  }
}

void AggregateArguments::select_rows(const Call& call, const GroupedRows& grouped) {
  const bool with_keys = call.distinct || call.sorted || call.ordered;
  rows_.clear();
  keys_.clear();
  states_.clear();
  if (!call.filter) {
    rows_.assign(grouped.rows.begin(), grouped.rows.end());
    if (with_keys) keys_.assign(grouped.keys.begin(), grouped.keys.end());
    states_.resize(grouped.states.size());
    for (size_t i = 0; i < states_.size(); ++i) states_[i] = grouped.states[i] + call.state_offset;
    return;
  }
  for (size_t i = 0; i < grouped.rows.size(); ++i) {
    if (!passes(*call.filter, grouped.rows[i])) continue;
    rows_.push_back(grouped.rows[i]);
    states_.push_back(grouped.states[i] + call.state_offset);
    if (with_keys) keys_.push_back(grouped.keys[i]);
  }
}

/// The groups' entry holds texts for several calls, the longest of which may come with different rows: each
/// gets the same share. So it depends on the row alone whether it is refused.
size_t AggregateArguments::text_bytes(uint32_t row) const {
  size_t longest = 0;
  for (const Call& call : calls_) {
    if (!call.keeps_text || (call.filter && !passes(*call.filter, row))) continue;
    for (const ColumnPtr& column :
         call.bound->ordered ? std::span<const ColumnPtr>(call.columns) : call.taken()) {
      if (holds_bytes(column->type().kind) && !column->is_null(row))
        longest = std::max(longest, column->values<std::string_view>()[row].size());
    }
  }
  return longest * texts_ + grown_bytes_;
}

void AggregateArguments::exchange(Evaluated& other) {
  other.resize(calls_.size());
  for (size_t i = 0; i < calls_.size(); ++i) {
    calls_[i].columns.swap(other[i].columns);
    calls_[i].filter.swap(other[i].filter);
  }
}

bool AggregateArguments::can_spare(uint32_t row, const std::byte* state) const {
  return std::ranges::all_of(calls_, [&](const Call& call) {
    return (call.filter && !passes(*call.filter, row)) ||
           call.bound->aggregate->can_spare(call.taken(), row, state + call.state_offset);
  });
}

void AggregateArguments::drop_window(EventTime end) {
  for (Call& call : calls_) {
    if (call.distinct) call.distinct->drop_window(end);
    if (call.sorted) call.sorted->drop_window(end);
    if (call.ordered) call.ordered->drop_window(end);
  }
}

void AggregateArguments::erase_group(std::string_view key) {
  for (Call& call : calls_) {
    if (call.distinct) call.distinct->erase_group(key);
    if (call.sorted) call.sorted->erase_group(key);
    if (call.ordered) call.ordered->erase_group(key);
  }
}

void AggregateArguments::clear() {
  for (Call& call : calls_) {
    call.columns.clear();
    call.filter.reset();
  }
}

}  // namespace pactolus
