#include "topology/assembly.h"

#include <algorithm>
#include <map>
#include <optional>

#include "topology/before_rows.h"
#include "topology/components.h"
#include "topology/fingerprint.h"
#include "topology/graph.h"
#include "topology/partitioning.h"
#include "topology/plan_times.h"
#include "topology/repartitioning.h"

namespace pactolus {
namespace {

/// Where something stands in its sub-topology.
struct Place {
  size_t component = 0;
  size_t index = 0;
};

/// Moves a draft into a plan. Lives for one call of assemble().
class Assembler {
 public:
  Assembler(Draft draft, std::vector<bool> in_use, Hops hops, Components components)
      : draft_(std::move(draft)),
        in_use_(std::move(in_use)),
        hops_(std::move(hops)),
        components_(std::move(components)),
        before_rows_(before_rows_wanted(draft_)),
        plan_(std::make_unique<Plan>()),
        plan_of_source_(draft_.sources.size()),
        place_of_stream_(draft_.stream_count()) {}

  std::unique_ptr<Plan> run(const PlanOptions& options) {
    plan_->name = draft_.name;
    plan_->description = draft_.description;
    plan_->internal_prefix = options.internal_prefix;
    for (size_t i = 0; i < components_.count; ++i) plan_->sub_topologies.emplace_back().index = i;
    // The topics first: they are made of the draft's schemas.
    std::vector<Repartitioning> topics;
    for (const Hop& hop : hops_.hops)
      topics.push_back(make_repartitioning(draft_, hop, plan_->internal_prefix));
    add_sources();
    add_repartition_inputs(topics);
    add_global_inputs();
    for (size_t step : steps_in_order()) add_step(step);
    add_sinks();
    std::vector<RepartitionPlan*> plans;
    for (size_t hop = 0; hop < topics.size(); ++hop) {
      plans.push_back(topics[hop].plan.get());
      add_repartition_output(hop, std::move(topics[hop]));
    }
    mark_copies();
    set_delays(*plan_);
    set_boundaries(*plan_, plans);
    return std::move(plan_);
  }

 private:
  SubTopology& part(size_t component) { return plan_->sub_topologies[component]; }

  Place add_input(size_t component, InputPlan input) {
    std::vector<InputPlan>& inputs = part(component).inputs;
    inputs.push_back(std::move(input));
    return {component, inputs.size() - 1};
  }

  void add_sources() {
    for (size_t source = 0; source < draft_.sources.size(); ++source) {
      if (!in_use_[source]) continue;
      const auto& plan = plan_->sources.emplace_back(std::move(draft_.sources[source].plan));
      plan_of_source_[source] = plan.get();
      if (draft_.is_global(source)) continue;
      place_of_stream_[source] =
          add_input(*components_.of_stream[source], {plan.get(), nullptr, {}, hops_.relied_on[source]});
    }
  }

  void add_repartition_inputs(const std::vector<Repartitioning>& topics) {
    for (size_t hop = 0; hop < topics.size(); ++hop) {
      const RepartitionPlan* plan = topics[hop].plan.get();
      place_of_hop_.push_back(add_input(components_.reader_of_hop[hop], {nullptr, plan, {}}));
    }
  }

  /// Behind the others, of which the group knows the offsets.
  void add_global_inputs() {
    for (size_t step = 0; step < draft_.steps.size(); ++step) {
      const size_t stream = draft_.stream_of_step(step);
      if (!in_use_[stream]) continue;
      for (const StreamReference& input : draft_.steps[step].inputs) {
        if (draft_.is_global(*input.stream)) add_global_input(*input.stream, *components_.of_stream[stream]);
      }
    }
  }

  void add_global_input(size_t source, size_t component) {
    std::map<size_t, Place>& places = places_of_global_[source];
    if (places.contains(component)) return;
    places[component] = add_input(component, {plan_of_source_[source], nullptr, {}});
  }

  /// The first sub-topology that reads a global table answers for its records.
  void mark_copies() {
    for (const auto& [source, places] : places_of_global_) {
      for (const auto& [component, place] : places)
        part(component).inputs[place.index].is_copy = component != places.begin()->first;
    }
  }

  /// Steps in use, each behind those that it takes rows from, else in the file's order.
  std::vector<size_t> steps_in_order() const {
    std::vector<size_t> order;
    std::vector<bool> seen(draft_.steps.size());
    for (size_t step = 0; step < draft_.steps.size(); ++step) {
      if (in_use_[draft_.stream_of_step(step)]) append_after_inputs(step, seen, order);
    }
    return order;
  }

  void append_after_inputs(size_t step, std::vector<bool>& seen, std::vector<size_t>& order) const {
    if (seen[step]) return;
    seen[step] = true;
    for (const StreamReference& input : draft_.steps[step].inputs) {
      if (draft_.is_step(*input.stream))
        append_after_inputs(*input.stream - draft_.sources.size(), seen, order);
    }
    order.push_back(step);
  }

  /// Those in a sub-topology, of a global table, which has some in each that reads it.
  std::vector<Edge>& successors(size_t stream, size_t component) {
    const bool is_global = draft_.is_global(stream);
    Place place = is_global ? places_of_global_[stream].at(component) : place_of_stream_[stream];
    SubTopology& sub = part(place.component);
    return draft_.is_step(stream) ? sub.steps[place.index].successors : sub.inputs[place.index].successors;
  }

  size_t add_node(size_t component, std::string name, std::string operation,
                  std::unique_ptr<const OperatorNode> node) {
    std::vector<StepPlan>& steps = part(component).steps;
    steps.push_back({std::move(name), std::move(operation), node.get(), Duration{0}, {}});
    plan_->nodes.push_back(std::move(node));
    return steps.size() - 1;
  }

  void add_step(size_t index) {
    StepDraft& step = draft_.steps[index];
    size_t stream = draft_.stream_of_step(index);
    size_t component = *components_.of_stream[stream];
    size_t meeting = 0;  // inputs whose rows must meet, in topics from outside
    std::vector<bool> co_located;
    for (size_t port = 0; port < step.inputs.size(); ++port) {
      co_located.push_back(draft_.co_located_by(step, port).has_value());
      if (co_located[port] && !hops_.of_input[index][port]) ++meeting;
    }
    size_t place = add_node(component, step.full_name(), std::string(step.spec->name), std::move(step.node));
    part(component).steps[place].before_rows = before_rows_[stream];
    place_of_stream_[stream] = {component, place};
    if (meeting > 1) part(component).equal_partitions = true;
    for (size_t port = 0; port < step.inputs.size(); ++port) {
      const Edge edge{Edge::kStep, place, port, step.output};
      if (std::optional<size_t> hop = hops_.of_input[index][port]) {
        part(component).inputs[place_of_hop_[*hop].index].successors.push_back(edge);
        continue;
      }
      size_t input = *step.inputs[port].stream;
      successors(input, component).push_back(edge);
      if (co_located[port] && hops_.of_stream[input].several_topics) part(component).equal_partitions = true;
    }
  }

  void add_sinks() {
    for (size_t i = 0; i < draft_.sinks.size(); ++i) {
      SinkDraft& sink = draft_.sinks[i];
      const auto& plan = plan_->sinks.emplace_back(std::move(sink.plan));
      std::vector<const SinkPlan*>& sinks = part(components_.of_sink[i]).sinks;
      sinks.push_back(plan.get());
      successors(*sink.from->stream, components_.of_sink[i]).push_back({Edge::kSink, sinks.size() - 1, 0});
    }
  }

  void add_repartition_output(size_t hop, Repartitioning topic) {
    size_t writer = components_.writer_of(hops_.hops[hop]);
    topic.plan->producer = writer;
    for (const Hop& other : hops_.hops) {
      if (other.group == hops_.hops[hop].group) topic.plan->sized_by.push_back(components_.writer_of(other));
    }
    std::vector<SubTopology::RepartitionOutput>& outputs = part(writer).repartitions;
    outputs.push_back({topic.plan.get(), Duration{0}});
    Edge into_topic{Edge::kRepartition, outputs.size() - 1, 0};
    std::vector<Edge>& from = successors(hops_.hops[hop].stream, writer);
    if (topic.selection) {
      // `from` may move when a step is added: take the edge first.
      from.push_back({Edge::kStep, part(writer).steps.size(), 0});
      size_t place =
          add_node(writer, topic.plan->name + "-repartition", "select", std::move(topic.selection));
      part(writer).steps[place].successors.push_back(into_topic);
    } else {
      from.push_back(into_topic);
    }
    plan_->repartitions.push_back(std::move(topic.plan));
  }

  Draft draft_;
  std::vector<bool> in_use_;
  Hops hops_;
  Components components_;
  std::vector<bool> before_rows_;
  std::unique_ptr<Plan> plan_;
  std::vector<const SourcePlan*> plan_of_source_;
  std::vector<Place> place_of_stream_;
  std::map<size_t, std::map<size_t, Place>> places_of_global_;  // by source and component
  std::vector<Place> place_of_hop_;
};

}  // namespace

std::unique_ptr<const Plan> assemble(Draft draft, const PlanOptions& options, Diagnostics& diagnostics) {
  std::vector<bool> in_use = streams_in_use(draft);
  Hops hops = plan_hops(draft, in_use);
  std::optional<Components> components = find_components(draft, in_use, hops, diagnostics);
  if (!components) return nullptr;
  std::vector<Constant> constants = draft.constants;
  Assembler assembler(std::move(draft), std::move(in_use), std::move(hops), *std::move(components));
  std::unique_ptr<Plan> plan = assembler.run(options);
  plan->dead_letter_topic = options.dead_letter_topic;
  if (size_t at = plan->dead_letter_topic.find("{topology}"); at != std::string::npos) {
    plan->dead_letter_topic.replace(at, std::string_view("{topology}").size(), plan->name);
  }
  plan->fingerprint = fingerprint_of(*plan, constants);
  return plan;
}

}  // namespace pactolus
