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

/// Records without key are in any partition.
bool may_lack_key(const SourcePlan& source, size_t column) {
  return source.schema[column].nullable && !source.fields[column].default_text;
}

Partitioning of_source(const SourcePlan& source, size_t stream) {
  bool known = !source.key_columns.empty() && source.partitioner != Partitioner::kUnknown;
  bool nulls_anywhere = false;
  for (size_t column : source.key_columns) {
    known = known && has_one_text(source.schema[column].type);
    nulls_anywhere = nulls_anywhere || may_lack_key(source, column);
  }
  if (!known) return {};
  return {.columns = source.key_columns,
          .placement = source.partitioner == Partitioner::kMurmur2 ? "murmur2" : "crc32",
          .nulls_anywhere = nulls_anywhere,
          .sources = {stream}};
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
    for (const StepDraft& step : draft.steps) result_.of_input.emplace_back(step.inputs.size());
    result_.of_stream.resize(draft.stream_count());
    result_.relied_on.resize(draft.stream_count());
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
    partitioning = draft_.is_step(stream) ? of_step(draft_.step_of(stream))
                                          : of_source(*draft_.sources[stream].plan, stream);
    return partitioning;
  }

  Partitioning of_step(const StepDraft& step) {
    const bool moves = needs_hops(step);
    const bool combines = step.node->combines_inputs();
    Partitioning result;
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      Partitioning input = result_.of_stream[*step.inputs[i].stream];
      std::optional<std::vector<size_t>> by = draft_.co_located_by(step, i);
      if (by && moves) input = {.columns = *by, .placement = "pactolus"};
      input = through(input, step.node->copied_from(i));
      if (i == 0 || (combines && !result.columns)) {
        result = input;
      } else if (!combines) {
        result = agreed(result, input);
      }
    }
    return result;
  }

  /// Whether rows must be brought together before the step: those of all inputs that have to meet, as they do
  /// only where all are placed alike.
  bool needs_hops(const StepDraft& step) {
    std::optional<Place> first;
    bool needed = false;
    for (size_t i = 0; i < step.inputs.size(); ++i) {
      const Partitioning& is = visit(*step.inputs[i].stream);
      const std::optional<std::vector<size_t>> by = draft_.co_located_by(step, i);
      if (!by) continue;
      const std::optional<Place> place = place_by(is, *by);
      const bool splits_nulls = is.nulls_anywhere && !is_joining(step);  // where a NULL matches nothing
      needed = needed || !place || splits_nulls || (first && *first != *place);
      if (!first) first = place;
    }
    return needed;
  }

  /// How values of `by` decide where rows are: which of them, and by what.
  using Place = std::pair<std::vector<size_t>, std::string>;
  static std::optional<Place> place_by(const Partitioning& is, const std::vector<size_t>& by) {
    if (!is.keeps_together(by)) return std::nullopt;
    Place place{{}, is.placement};
    for (size_t column : *is.columns)
      place.first.push_back(static_cast<size_t>(std::ranges::find(by, column) - by.begin()));
    return place;
  }

  static Partitioning agreed(const Partitioning& a, const Partitioning& b) {
    if (a.columns != b.columns || a.placement != b.placement) return {};
    Partitioning both = a;
    both.several_topics = true;
    both.nulls_anywhere = a.nulls_anywhere || b.nulls_anywhere;
    both.sources.insert(both.sources.end(), b.sources.begin(), b.sources.end());
    return both;
  }

  /// Gives a step the hops that it needs, or notes whose word it takes.
  void assign(size_t index) {
    const StepDraft& step = draft_.steps[index];
    if (!needs_hops(step)) {
      rely_on_inputs(step);
      return;
    }
    std::optional<size_t> group;
    for (size_t input = 0; input < step.inputs.size(); ++input) {
      std::optional<std::vector<size_t>> by = draft_.co_located_by(step, input);
      if (!by) continue;
      const size_t hop = hop_for({index, input}, *by);
      result_.hops[hop].readers.push_back({index, input});
      result_.of_input[index][input] = hop;
      if (group) unite_groups(*group, result_.hops[hop].group);
      group = result_.hops[hop].group;
    }
  }

  void rely_on_inputs(const StepDraft& step) {
    for (size_t input = 0; input < step.inputs.size(); ++input) {
      if (!draft_.co_located_by(step, input)) continue;
      for (size_t source : visit(*step.inputs[input].stream).sources) result_.relied_on[source] = true;
    }
  }

  /// That of an earlier step, if one brings the same rows together in the same way. Where rows of several
  /// inputs meet, the order of their keys' columns is part of that.
  size_t hop_for(InputOfStep reader, const std::vector<size_t>& by) {
    const StepDraft& step = draft_.steps[reader.step];
    const size_t stream = *step.inputs[reader.input].stream;
    std::optional<int32_t> partitions = step.node->repartition_partitions();
    if (by.empty()) partitions = 1;
    auto hop = std::ranges::find_if(result_.hops, [&](const Hop& other) {
      const bool same_key = is_joining(step) ? other.key == by : std::ranges::is_permutation(other.key, by);
      return other.stream == stream && same_key && other.partitions == partitions;
    });
    if (hop == result_.hops.end()) {
      result_.hops.push_back({stream, by, partitions, result_.hops.size(), {}, ""});
      hop = result_.hops.end() - 1;
    }
    return static_cast<size_t>(hop - result_.hops.begin());
  }

  /// Rows of several of its inputs must meet.
  bool is_joining(const StepDraft& step) const {
    size_t meeting = 0;
    for (size_t i = 0; i < step.inputs.size(); ++i) meeting += draft_.co_located_by(step, i) ? 1 : 0;
    return meeting > 1;
  }

  void unite_groups(size_t group, size_t other) {
    for (Hop& hop : result_.hops) {
      if (hop.group == other) hop.group = group;
    }
  }

  std::string reason(const Hop& hop) const {
    const Schema& schema = *draft_.schema_of(hop.stream);
    bool one = hop.readers.size() == 1;
    bool joins = false;
    std::string wanted;
    for (const InputOfStep& reader : hop.readers) {
      const StepDraft& step = draft_.steps[reader.step];
      wanted += (wanted.empty() ? "" : ", ") + step.full_name();
      joins = joins || is_joining(step);
    }
    if (hop.key.empty()) {
      wanted += one ? " takes all rows as one group" : " take all rows as one group";
    } else {
      const std::string verb = joins ? (one ? "matches" : "match") : (one ? "groups" : "group");
      wanted += " " + verb + " by " + column_list(schema, hop.key);
    }
    return wanted + ", and " + obstacle(hop);
  }

  /// Why the rows of a hop are not where they are wanted.
  std::string obstacle(const Hop& hop) const {
    if (!place_by(result_.of_stream[hop.stream], hop.key)) return where_rows_are(hop.stream);
    for (const InputOfStep& reader : hop.readers) {
      const StepDraft& step = draft_.steps[reader.step];
      for (size_t i = 0; i < step.inputs.size(); ++i) {
        const size_t other = *step.inputs[i].stream;
        const std::optional<std::vector<size_t>> by = draft_.co_located_by(step, i);
        if (i == reader.input || !by) continue;
        const Partitioning& is = result_.of_stream[other];
        if (!place_by(is, *by)) return where_rows_are(other);
        return draft_.stream_name(hop.stream) + " is placed by " + result_.of_stream[hop.stream].placement +
               ", " + draft_.stream_name(other) + " by " + is.placement;
      }
    }
    if (result_.of_stream[hop.stream].nulls_anywhere)
      return where_rows_are(hop.stream) + ", but for those where it is NULL";
    return where_rows_are(hop.stream);
  }

  std::string where_rows_are(size_t stream) const {
    const Partitioning& is = result_.of_stream[stream];
    const std::string& name = draft_.stream_name(stream);
    if (!is.columns) return "how " + name + " is partitioned is not known";
    return name + " is partitioned by " + column_list(*draft_.schema_of(stream), *is.columns);
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
