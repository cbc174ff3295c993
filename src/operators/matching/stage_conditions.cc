#include "operators/matching/stage_conditions.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "data/copy_slot.h"

namespace pactolus {
namespace {

bool is_true(const Column& verdicts, uint32_t row) {
  return !verdicts.is_null(row) && verdicts.values_of<TypeKind::kBoolean>()[row] != 0;
}

}  // namespace

StageConditions::StageConditions(const PatternProgram& program) : program_(program) {
  for (const Stage& stage : program.stages) {
    if (stage.condition.of_row) of_batch_.push_back({&stage.condition, nullptr, {}});
    for (const StageCondition& absent : stage.absent) {
      if (absent.of_row) of_batch_.push_back({&absent, nullptr, {}});
    }
  }
}

void StageConditions::begin(const ColumnBatch& batch) {
  batch_ = batch;
  batch_.columns.resize(program_.tested.size());
  for (OfBatch& of_batch : of_batch_) {
    RowErrors errors;
    of_batch.verdicts = of_batch.condition->when->evaluate(batch_, batch_.selection, errors);
    of_batch.errors = errors.take();
  }
}

std::span<const uint8_t> StageConditions::test(const StageCondition& condition, uint32_t row,
                                               std::span<const std::string_view> values,
                                               std::optional<RowError>& error) {
  satisfied_.assign(values.size(), 0);
  if (values.empty()) return satisfied_;
  if (!condition.of_row) {
    test_beside(condition, row, values, error);
    return satisfied_;
  }
  const auto of_batch = std::ranges::find(of_batch_, &condition, &OfBatch::condition);
  const auto failed = std::ranges::lower_bound(of_batch->errors, row, {}, &RowError::row);
  if (failed != of_batch->errors.end() && failed->row == row) {
    if (!error) error = *failed;
  } else {
    std::ranges::fill(satisfied_, is_true(*of_batch->verdicts, row) ? 1 : 0);
  }
  return satisfied_;
}

void StageConditions::test_beside(const StageCondition& condition, uint32_t row,
                                  std::span<const std::string_view> values, std::optional<RowError>& error) {
  const size_t count = values.size();
  ColumnBatch tested{&program_.tested, {}, nullptr, std::vector<uint32_t>(count)};
  tested.columns.resize(program_.tested.size());
  std::iota(tested.selection.begin(), tested.selection.end(), 0U);
  for (const size_t index : condition.row) {
    const ColumnPtr& from = batch_.columns[index];
    auto to = make_column(from->type(), count, Column::Unwritten{});
    to->keep(from);
    for (size_t i = 0; i < count; ++i) copy_slot(*from, row, *to, i);
    tested.columns[index] = std::move(to);
  }
  DecodedRows decoded = program_.values.decode(values, nullptr);
  PACTOLUS_CHECK(decoded.failures.empty(), "what a partial match has computed cannot be read");
  for (size_t i = 0; i < decoded.columns.size(); ++i)
    tested.columns[program_.input.size() + i] = std::move(decoded.columns[i]);
  auto system = std::make_shared<SystemColumns>();
  system->event_time.assign(count, batch_.system->event_time[row]);
  tested.system = std::move(system);
  RowErrors errors;
  const ColumnPtr verdicts = condition.when->evaluate(tested, tested.selection, errors);
  std::vector<RowError> failed = errors.take();
  if (!failed.empty() && !error) error = RowError{row, failed.front().code, failed.front().message};
  remove_failed(tested.selection, failed);
  for (uint32_t i : tested.selection) satisfied_[i] = is_true(*verdicts, i) ? 1 : 0;
}

}  // namespace pactolus
