#include "operators/aggregation/aggregate_arguments.h"

namespace pactolus {
namespace {

bool passes(const Column& filter, uint32_t row) {
  return !filter.is_null(row) && filter.values_of<TypeKind::kBoolean>()[row] != 0;
}

}  // namespace

AggregateArguments::AggregateArguments(const AggregateProgram& program) {
  for (size_t i = 0; i < program.calls.size(); ++i) {
    calls_.push_back({&program.calls[i], program.layout.field_offset(i), {}, nullptr});
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
    for (RowError& error : failed) errors.add(error.row, std::move(error.code), std::move(error.message));
  }
  for (const ExpressionPtr& argument : call.bound->arguments) {
    call.columns.push_back(argument->evaluate(batch, rows, errors));
  }
}

void AggregateArguments::add(std::span<const uint32_t> rows, std::span<std::byte* const> states,
                             BlobHeap& heap) {
  for (const Call& call : calls_) {
    states_.clear();
    rows_.clear();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (call.filter && !passes(*call.filter, rows[i])) continue;
      rows_.push_back(rows[i]);
      states_.push_back(states[i] + call.state_offset);
    }
    call.bound->aggregate->add(call.columns, rows_, states_, heap);
  }
}

void AggregateArguments::clear() {
  for (Call& call : calls_) {
    call.columns.clear();
    call.filter.reset();
  }
}

}  // namespace pactolus
