#include "operators/matching/stage_calls.h"

#include <numeric>

#include "base/check.h"

namespace pactolus {

StageCalls::StageCalls(const PatternProgram& program) : program_(program) {
  std::vector<ColumnPtr> values(program.value_count);
  RowErrors errors;
  for (size_t stage = 0; stage < program.stages.size(); ++stage) {
    calls_.push_back(std::make_unique<AfreshCalls>(program.stages[stage].calls));
    compute(stage, values, errors);
  }
  PACTOLUS_CHECK(errors.empty(), "a call over no rows fails");
  program.values.append_row(values, 0, of_nothing_);
}

std::vector<RowError> StageCalls::evaluate(const TakenRow& row) {
  if (program_.stages[row.stage].calls.calls.empty()) return {};
  return calls_[row.stage]->evaluate(batch_of(row.stage, {&row, 1}));
}

void StageCalls::update(size_t stage, std::string& match, RowErrors& errors) {
  if (program_.stages[stage].calls.calls.empty()) return;
  std::vector<TakenRow> rows = MatchBytes::rows(match);
  std::erase_if(rows, [&](const TakenRow& row) { return row.stage != stage; });
  calls_[stage]->add(batch_of(stage, rows));
  const std::string before(MatchBytes::values(match));
  const std::string_view image = before;
  DecodedRows decoded = program_.values.decode({&image, 1}, nullptr);
  PACTOLUS_CHECK(decoded.failures.empty(), "what a partial match has computed cannot be read");
  compute(stage, decoded.columns, errors);
  std::string values;
  program_.values.append_row(decoded.columns, 0, values);
  MatchBytes::replace_values(values, match);
}

void StageCalls::compute(size_t stage, std::vector<ColumnPtr>& values, RowErrors& errors) {
  const Stage& of = program_.stages[stage];
  for (size_t call = 0; call < of.calls.calls.size(); ++call)
    values[of.values[call]] = calls_[stage]->result(call, errors);
  calls_[stage]->forget();
}

/// The rows as the calls of the stage see them: of all columns those of this stage, and of these the kept
/// ones.
ColumnBatch StageCalls::batch_of(size_t stage, std::span<const TakenRow> rows) const {
  std::vector<std::string_view> images;
  auto system = std::make_shared<SystemColumns>();
  for (const TakenRow& row : rows) {
    images.push_back(row.image);
    system->event_time.push_back(row.time);
  }
  DecodedRows decoded = program_.rows.decode(images, nullptr);
  PACTOLUS_CHECK(decoded.failures.empty(), "a row of a match cannot be read");
  ColumnBatch batch{&program_.stage_columns, {}, std::move(system), std::vector<uint32_t>(rows.size())};
  std::iota(batch.selection.begin(), batch.selection.end(), 0U);
  batch.columns.resize(program_.stage_columns.size());
  for (size_t i = 0; i < program_.kept.size(); ++i)
    batch.columns[stage * program_.input.size() + program_.kept[i]] = std::move(decoded.columns[i]);
  return batch;
}

}  // namespace pactolus
