#include "topology/partitioning.h"

#include <algorithm>

namespace pactolus {
namespace {

/// Values that are equal have the same text, hence the same record key: not so 1.0 and 1.00, nor two ways to
/// write a time.
bool has_one_text(const Type& type) {
  return type.kind == TypeKind::kText || type.kind == TypeKind::kSmallint ||
         type.kind == TypeKind::kInteger || type.kind == TypeKind::kBigint ||
         type.kind == TypeKind::kBoolean || type.kind == TypeKind::kDate;
}

Partitioning of_source(const SourcePlan& source) {
  bool known = !source.key_columns.empty() && source.partitioner != Partitioner::kUnknown;
  for (size_t column : source.key_columns) known = known && has_one_text(source.schema[column].type);
  if (!known) return {};
  return {source.key_columns, source.partitioner == Partitioner::kMurmur2 ? "murmur2" : "crc32"};
}

/// The same partitioning in terms of a step's output, if all its columns are still there.
Partitioning through(const Partitioning& input, const std::vector<std::optional<size_t>>& copied_from) {
  if (!input.columns) return {};
  Partitioning output = input;
  for (size_t& column : *output.columns) {
    auto copy = std::ranges::find(copied_from, std::optional(column));
    if (copy == copied_from.end()) return {};
    column = static_cast<size_t>(copy - copied_from.begin());
  }
  return output;
}

std::string column_list(const Schema& schema, const std::vector<size_t>& columns) {
  std::string list;
  for (size_t column : columns) list += (list.empty() ? "" : ", ") + schema[column].name;
  return list;
}

class HopPlanner {
 public:
  HopPlanner(const Draft& draft, const std::vector<bool>& in_use) : draft_(draft), in_use_(in_use) {
    result_.hop_of_step.resize(draft.steps.size());
    result_.of_stream.resize(draft.stream_count());
  }

  Hops run() {
    done_.assign(draft_.stream_count(), false);
    for (size_t stream = 0; stream < draft_.stream_count(); ++stream) {
      if (in_use_[stream]) visit(stream);
    }
    for (size_t step = 0; step < draft_.steps.size(); ++step) {
      if (in_use_[draft_.stream_of_step(step)]) assign(step);
    }
    for (Hop& hop : result_.hops) hop.reason = reason(hop);
    return std::move(result_);
  }

 private:
  /// What is known of a stream, after what is known of the streams before it.
  const Partitioning& visit(size_t stream) {
    Partitioning& partitioning = result_.of_stream[stream];
    if (done_[stream]) return partitioning;
    done_[stream] = true;
    partitioning =
        draft_.is_step(stream) ? of_step(draft_.step_of(stream)) : of_source(*draft_.sources[stream].plan);
    return partitioning;
  }

  Partitioning of_step(const StepDraft& step) {
    Partitioning result;
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      Partitioning input = visit(*step.inputs[i].stream);
      std::optional<std::vector<size_t>> by = step.node->co_located_by(i);
      if (by && !input.keeps_together(*by)) input = {*by, "pactolus"};
      input = through(input, step.node->copied_from(i));
      result = i == 0 ? input : agreed(result, input);
    }
    return result;
  }

  static Partitioning agreed(const Partitioning& a, const Partitioning& b) {
    if (a.columns != b.columns || a.placement != b.placement) return {};
    Partitioning both = a;
    both.several_topics = true;
    return both;
  }

  /// Gives a step its hop if it needs one: that of an earlier step, if one brings the same rows together in
  /// the same way.
  void assign(size_t index) {
    const StepDraft& step = draft_.steps[index];
    std::optional<std::vector<size_t>> by = step.node->co_located_by(0);
    if (!by) return;
    size_t stream = *step.inputs.front().stream;
    if (result_.of_stream[stream].keeps_together(*by)) return;
    std::optional<int32_t> partitions = step.node->repartition_partitions();
    if (by->empty()) partitions = 1;
    auto hop = std::ranges::find_if(result_.hops, [&](const Hop& other) {
      return other.stream == stream && std::ranges::is_permutation(other.key, *by) &&
             other.partitions == partitions;
    });
    if (hop == result_.hops.end()) {
      result_.hops.push_back({stream, *by, partitions, {}, ""});
      hop = result_.hops.end() - 1;
    }
    hop->steps.push_back(index);
    result_.hop_of_step[index] = static_cast<size_t>(hop - result_.hops.begin());
  }

  std::string reason(const Hop& hop) const {
    const Schema& schema = *draft_.schema_of(hop.stream);
    const std::string& name = draft_.stream_name(hop.stream);
    bool one = hop.steps.size() == 1;
    std::string wanted;
    for (size_t step : hop.steps) wanted += (wanted.empty() ? "" : ", ") + draft_.steps[step].key.text();
    if (hop.key.empty()) {
      wanted += one ? " takes all rows as one group" : " take all rows as one group";
    } else {
      wanted += (one ? " groups by " : " group by ") + column_list(schema, hop.key);
    }
    const Partitioning& is = result_.of_stream[hop.stream];
    if (!is.columns) return wanted + ", and how " + name + " is partitioned is not known";
    return wanted + ", and " + name + " is partitioned by " + column_list(schema, *is.columns);
  }

  const Draft& draft_;
  const std::vector<bool>& in_use_;
  std::vector<bool> done_;
  Hops result_;
};

}  // namespace

bool Partitioning::keeps_together(const std::vector<size_t>& by) const {
  if (!columns) return false;
  return std::ranges::all_of(*columns,
                             [&](size_t column) { return std::ranges::find(by, column) != by.end(); });
}

Hops plan_hops(const Draft& draft, const std::vector<bool>& in_use) {
  return HopPlanner(draft, in_use).run();
}

}  // namespace pactolus
