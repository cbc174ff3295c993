#include "topology/components.h"

#include <algorithm>
#include <numeric>

namespace pactolus {
namespace {

/// Sets that grow together; the smallest member stands for its set.
class DisjointSets {
 public:
  explicit DisjointSets(size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }

  size_t find(size_t member) const {
    while (parent_[member] != member) member = parent_[member];
    return member;
  }
  void unite(size_t a, size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<size_t> parent_;
};

class ComponentFinder {
 public:
  ComponentFinder(const Draft& draft, const std::vector<bool>& in_use, const Hops& hops)
      : draft_(draft),
        in_use_(in_use),
        hops_(hops),
        sets_(draft.stream_count() + draft.sinks.size() + hops.hops.size()) {}

  /// None: hop `loop_` is written by whoever waits for it.
  std::optional<Components> run() {
    unite_all();
    std::vector<size_t> roots = roots_in_use();
    std::optional<std::vector<size_t>> order = writers_first(roots);
    if (!order) return std::nullopt;
    number_.assign(member_count(), 0);
    for (size_t i = 0; i < order->size(); ++i) number_[(*order)[i]] = i;
    return collect(order->size());
  }

  const Hop& loop() const { return hops_.hops[loop_]; }

 private:
  size_t sink_member(size_t sink) const { return draft_.stream_count() + sink; }
  size_t hop_member(size_t hop) const { return draft_.stream_count() + draft_.sinks.size() + hop; }
  size_t member_count() const { return hop_member(hops_.hops.size()); }

  bool is_in_one(size_t stream) const { return in_use_[stream] && !draft_.is_global(stream); }

  void unite_all() {
    for (size_t step = 0; step < draft_.steps.size(); ++step) {
      size_t stream = draft_.stream_of_step(step);
      if (!in_use_[stream]) continue;
      const std::vector<StreamReference>& inputs = draft_.steps[step].inputs;
      for (size_t input = 0; input < inputs.size(); ++input) {
        if (draft_.is_global(*inputs[input].stream)) continue;  // it is read wherever it is needed
        const std::optional<size_t> hop = hops_.of_input[step][input];
        sets_.unite(stream, hop ? hop_member(*hop) : *inputs[input].stream);
      }
    }
    for (size_t sink = 0; sink < draft_.sinks.size(); ++sink) {
      sets_.unite(sink_member(sink), *draft_.sinks[sink].from->stream);
    }
  }

  std::vector<size_t> roots_in_use() const {
    std::vector<size_t> roots;
    for (size_t stream = 0; stream < draft_.stream_count(); ++stream) {
      if (is_in_one(stream) && sets_.find(stream) == stream) roots.push_back(stream);
    }
    return roots;
  }

  /// The parts in an order in which each hop's writer comes before its reader; among those free to come, file
  /// order.
  std::optional<std::vector<size_t>> writers_first(std::vector<size_t> roots) {
    std::vector<size_t> order;
    while (!roots.empty()) {
      auto is_free = [&](size_t root) { return !waiting_for(root, roots); };
      auto next = std::ranges::find_if(roots, is_free);
      if (next == roots.end()) {
        loop_ = *waiting_for(roots.front(), roots);
        return std::nullopt;
      }
      order.push_back(*next);
      roots.erase(next);
    }
    return order;
  }

  /// A hop into `root` that one of `roots` writes.
  std::optional<size_t> waiting_for(size_t root, const std::vector<size_t>& roots) const {
    for (size_t hop = 0; hop < hops_.hops.size(); ++hop) {
      size_t writer = sets_.find(hops_.hops[hop].stream);
      bool pending = std::ranges::find(roots, writer) != roots.end();
      if (sets_.find(hop_member(hop)) == root && pending) return hop;
    }
    return std::nullopt;
  }

  Components collect(size_t count) const {
    Components result{count, {}, {}, {}};
    for (size_t stream = 0; stream < draft_.stream_count(); ++stream) {
      result.of_stream.push_back(is_in_one(stream) ? std::optional(number_[sets_.find(stream)])
                                                   : std::nullopt);
    }
    for (size_t sink = 0; sink < draft_.sinks.size(); ++sink) {
      result.of_sink.push_back(number_[sets_.find(sink_member(sink))]);
    }
    for (size_t hop = 0; hop < hops_.hops.size(); ++hop) {
      result.reader_of_hop.push_back(number_[sets_.find(hop_member(hop))]);
    }
    return result;
  }

  const Draft& draft_;
  const std::vector<bool>& in_use_;
  const Hops& hops_;
  DisjointSets sets_;
  std::vector<size_t> number_;
  size_t loop_ = 0;
};

}  // namespace

std::optional<Components> find_components(const Draft& draft, const std::vector<bool>& in_use,
                                          const Hops& hops, Diagnostics& diagnostics) {
  ComponentFinder finder(draft, in_use, hops);
  std::optional<Components> components = finder.run();
  if (components) return components;
  const Hop& hop = finder.loop();
  const StepDraft& step = draft.steps[hop.readers.front().step];
  diagnostics.add(step.key.diagnostic(
      "repartition-loop",
      "rows from before and from behind the repartition topic of `" + step.name +
          "` meet in one step: that is not available yet (" + hop.reason + ")",
      "write the results of `" + step.name + "` to a topic, and read that in a topology of its own"));
  return std::nullopt;
}

}  // namespace pactolus
