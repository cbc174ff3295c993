#include "topology/plan_times.h"

#include <algorithm>

namespace pactolus {
namespace {

void set_delays(SubTopology& sub) {
  for (const StepPlan& step : sub.steps) {
    Duration delay = step.input_delay + step.node->delay();
    for (const Edge& edge : step.successors) {
      if (edge.target == Edge::kStep) {
        Duration& target = sub.steps[edge.index].input_delay;
        target = std::max(target, delay);
      } else if (edge.target == Edge::kRepartition) {
        sub.repartitions[edge.index].delay = delay;
      }
    }
  }
}

/// The size of a step's windows; zero: it has none.
Duration window_of(const OperatorNode& node) {
  EventTime first = node.next_boundary(EventTime{0});
  EventTime second = node.next_boundary(first);
  return second == EventTime::max() ? Duration{0} : second - first;
}

Duration smaller(Duration a, Duration b) {
  if (a == Duration{0} || b == Duration{0}) return std::max(a, b);
  return std::min(a, b);
}

/// The smallest window at the end of `edges` or behind; of_step holds that of later steps.
Duration smallest_window(const SubTopology& sub, const std::vector<Edge>& edges,
                         const std::vector<Duration>& of_step) {
  Duration smallest{0};
  for (const Edge& edge : edges) {
    if (edge.target == Edge::kStep) smallest = smaller(smallest, of_step[edge.index]);
    if (edge.target == Edge::kRepartition)
      smallest = smaller(smallest, sub.repartitions[edge.index].plan->boundary);
  }
  return smallest;
}

std::vector<Duration> smallest_windows(const SubTopology& sub) {
  std::vector<Duration> of_step(sub.steps.size());
  for (size_t i = sub.steps.size(); i-- > 0;) {
    const StepPlan& step = sub.steps[i];
    of_step[i] = smaller(window_of(*step.node), smallest_window(sub, step.successors, of_step));
  }
  return of_step;
}

}  // namespace

void set_delays(Plan& plan) {
  for (SubTopology& sub : plan.sub_topologies) set_delays(sub);
}

void set_boundaries(const Plan& plan, std::span<RepartitionPlan* const> topics) {
  // Whoever reads a topic comes behind its writer: from the end on, the topics that a part writes are known.
  for (size_t i = plan.sub_topologies.size(); i-- > 0;) {
    const SubTopology& sub = plan.sub_topologies[i];
    std::vector<Duration> of_step = smallest_windows(sub);
    for (const InputPlan& input : sub.inputs) {
      auto topic = std::ranges::find(topics, input.repartition);
      if (topic != topics.end()) (*topic)->boundary = smallest_window(sub, input.successors, of_step);
    }
  }
}

}  // namespace pactolus
