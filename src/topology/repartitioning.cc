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
  for (const InputOfStep& reader : hop.readers) {
    std::optional<std::vector<size_t>> columns = draft.steps[reader.step].node->columns_used(reader.input);
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

/// Builds a step again over fewer columns of one of its inputs. It was built over all of them without a
/// finding, so it must succeed.
void rebuild(Draft& draft, InputOfStep reader, const Schema& schema) {
  StepDraft& step = draft.steps[reader.step];
  step.inputs[reader.input].carried = &schema;
  Diagnostics none;
  OperatorBuild build{.step = step.full_name(),
                      .node = step.operation ? &*step.operation : nullptr,
                      .inputs = {},
                      .constants = draft.constants,
                      .hints = {},
                      .diagnostics = &none};
  for (const StreamReference& input : step.inputs) build.inputs.push_back(draft.input_of(input));
  step.node = step.spec->build(build);
  PACTOLUS_CHECK(step.node != nullptr, "a step does without columns that it looks at");
}

/// After the first step that reads it; where that one has several such topics, after the stream, too.
std::string topic_name(const Draft& draft, const Hop& hop) {
  const InputOfStep& reader = hop.readers.front();
  const StepDraft& step = draft.steps[reader.step];
  size_t own = 0;
  for (size_t i = 0; i < step.inputs.size(); ++i) own += draft.co_located_by(step, i) ? 1 : 0;
  return step.full_name() + (own > 1 ? "-" + draft.stream_name(hop.stream) : "");
}

}  // namespace

Repartitioning make_repartitioning(Draft& draft, const Hop& hop, const std::string& internal_prefix) {
  const Schema& schema = *draft.schema_of(hop.stream);
  std::vector<size_t> columns = columns_carried(draft, hop);
  const std::string name = topic_name(draft, hop);
  Repartitioning result{std::make_unique<RepartitionPlan>(), nullptr};
  RepartitionPlan& plan = *result.plan;
  plan.name = name;
  plan.topic = internal_prefix + draft.name + "-" + name + "-repartition";
  plan.reason = hop.reason;
  plan.of_tables = draft.is_of_tables(hop.stream);
  plan.partitions = hop.partitions;
  plan.schema = selected(schema, columns);
  for (size_t column : hop.key) {
    plan.key_columns.push_back(static_cast<size_t>(std::ranges::find(columns, column) - columns.begin()));
  }
  if (columns.size() < schema.size()) {
    result.selection = make_column_selection(plan.schema, {columns});
    for (const InputOfStep& reader : hop.readers) rebuild(draft, reader, plan.schema);
  }
  return result;
}

}  // namespace pactolus
