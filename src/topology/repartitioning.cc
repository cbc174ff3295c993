#include "topology/repartitioning.h"

#include <algorithm>

#include "base/check.h"
#include "operators/column_selection.h"

namespace pactolus {
namespace {

/// The columns of the stream that some reader looks at, ascending.
std::vector<size_t> columns_carried(const Draft& draft, const Hop& hop) {
  size_t all = draft.schema_of(hop.stream)->size();
  std::vector<bool> used(all);
  for (size_t step : hop.steps) {
    std::optional<std::vector<size_t>> columns = draft.steps[step].node->columns_used(0);
    if (!columns) used.assign(all, true);
    for (size_t column : columns.value_or(std::vector<size_t>{})) used[column] = true;
  }
  std::vector<size_t> carried;
  for (size_t column = 0; column < all; ++column) {
    if (used[column]) carried.push_back(column);
  }
  return carried;
}

Schema selected(const Schema& schema, const std::vector<size_t>& columns) {
  std::vector<Field> fields;
  for (size_t column : columns) fields.push_back(schema[column]);
  return Schema(std::move(fields));
}

/// Builds a step again over fewer columns. It was built over all of them without a finding, so it must
/// succeed.
void rebuild(Draft& draft, StepDraft& step, size_t stream, const Schema& schema) {
  Diagnostics none;
  step.node = step.spec->build({.step = step.key.text(),
                                .node = &*step.operation,
                                .inputs = {{draft.stream_name(stream), &schema, false, {}}},
                                .constants = draft.constants,
                                .hints = {},
                                .diagnostics = &none});
  PACTOLUS_CHECK(step.node != nullptr, "a step does without columns that it looks at");
}

}  // namespace

Repartitioning make_repartitioning(Draft& draft, const Hop& hop, const std::string& internal_prefix) {
  const Schema& schema = *draft.schema_of(hop.stream);
  std::vector<size_t> columns = columns_carried(draft, hop);
  const std::string& step = draft.steps[hop.steps.front()].key.text();
  Repartitioning result{std::make_unique<RepartitionPlan>(), nullptr};
  RepartitionPlan& plan = *result.plan;
  plan.name = step;
  plan.topic = internal_prefix + draft.name + "-" + step + "-repartition";
  plan.reason = hop.reason;
  plan.partitions = hop.partitions;
  plan.schema = selected(schema, columns);
  for (size_t column : hop.key) {
    plan.key_columns.push_back(static_cast<size_t>(std::ranges::find(columns, column) - columns.begin()));
  }
  if (columns.size() < schema.size()) {
    result.selection = make_column_selection(plan.schema, {columns});
    for (size_t reader : hop.steps) rebuild(draft, draft.steps[reader], hop.stream, plan.schema);
  }
  return result;
}

}  // namespace pactolus
