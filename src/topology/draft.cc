#include "topology/draft.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace pactolus {

const std::string& Draft::stream_name(size_t stream) const {
  return is_step(stream) ? step_of(stream).name : sources[stream].key.text();
}

const Schema* Draft::schema_of(size_t stream) const {
  if (!is_step(stream)) return sources[stream].schema ? &*sources[stream].schema : nullptr;
  const StepDraft& step = step_of(stream);
  if (step.node) return &step.node->output();
  bool kept = step.spec != nullptr && step.spec->keeps_columns && step.is_tried && step.inputs.front().stream;
  return kept ? schema_of(*step.inputs.front().stream) : nullptr;
}

bool Draft::is_table(size_t stream) const {
  if (!is_step(stream)) return sources[stream].is_table;
  return step_of(stream).node && step_of(stream).node->is_table();
}

std::vector<size_t> Draft::key_columns_of(size_t stream) const {
  if (!is_step(stream)) return sources[stream].primary_key;
  return is_table(stream) ? step_of(stream).node->key_columns() : std::vector<size_t>{};
}

std::optional<std::vector<size_t>> Draft::co_located_by(const StepDraft& step, size_t input) const {
  const auto is_everywhere = [&](const StreamReference& other) { return is_global(*other.stream); };
  if (std::ranges::any_of(step.inputs, is_everywhere)) return std::nullopt;
  return step.node->co_located_by(input);
}

std::optional<size_t> Draft::window_end_of(size_t stream) const {
  return is_step(stream) && step_of(stream).node ? step_of(stream).node->window_end_column() : std::nullopt;
}

/// What a stream is called in expressions: of a step's output the part behind the dot.
static std::string name_in_expressions(const std::string& stream) {
  return stream.substr(stream.find('.') + 1);
}

StepInput Draft::input_of(const StreamReference& reference) const {
  const size_t stream = *reference.stream;
  StepInput input{name_in_expressions(stream_name(stream)), schema_of(stream), is_table(stream),
                  key_columns_of(stream), !is_step(stream)};
  if (input.is_source) {
    input.has_time = sources[stream].has_time;
    input.versions = sources[stream].versions;
  }
  input.of_tables = is_of_tables(stream);
  input.window_end = window_end_of(stream);
  if (reference.carried == nullptr) return input;
  std::vector<size_t> key;
  for (size_t column : input.key_columns) {
    if (auto place = reference.carried->find((*input.schema)[column].name)) key.push_back(*place);
  }
  input.key_columns = std::move(key);
  if (input.window_end) input.window_end = reference.carried->find((*input.schema)[*input.window_end].name);
  input.schema = reference.carried;
  return input;
}

std::optional<size_t> Draft::find_stream(std::string_view wanted) const {
  for (size_t stream = 0; stream < stream_count(); ++stream) {
    if (lower_case(stream_name(stream)) == lower_case(wanted)) return stream;
  }
  return std::nullopt;
}

std::vector<std::string> Draft::stream_names() const {
  std::vector<std::string> names;
  for (size_t stream = 0; stream < stream_count(); ++stream) names.push_back(stream_name(stream));
  return names;
}

}  // namespace pactolus
