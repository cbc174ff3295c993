#include "topology/load.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "topology/assembly.h"
#include "topology/before_rows.h"
#include "topology/constant_reader.h"
#include "topology/graph.h"
#include "topology/inline_test_checks.h"
#include "topology/row_order.h"
#include "topology/sink_reader.h"
#include "topology/source_reader.h"
#include "topology/step_reader.h"
#include "topology/topic_name.h"

namespace pactolus {
namespace {

/// Sources, steps and sinks of one topology, each; the graph is walked by recursion.
constexpr size_t kEntriesMax = 1000;

const std::vector<FieldSpec>& topology_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "topology",
       .required = true,
       .summary = "its name, from which the consumer group and the names of internal topics are made"},
      {.name = "description", .summary = "what it is for"},
      {.name = "constants", .kind = FieldKind::kAny, .summary = "names for use in expressions"},
      {.name = "sources", .kind = FieldKind::kAny, .required = true, .summary = "topics to read"},
      {.name = "steps", .kind = FieldKind::kAny, .summary = "what is done with the rows"},
      {.name = "sinks", .kind = FieldKind::kAny, .required = true, .summary = "topics to write"},
      {.name = "tests", .kind = FieldKind::kAny, .summary = "rows to send and what must come out"},
  };
  return fields;
}

/// Reads a file into a draft. Lives for one call of load_topology().
class TopologyReader {
 public:
  TopologyReader(const Document& document, ReadContext& context)
      : root_(document.root()),
        context_(context),
        reader_(root_, topology_fields(), context.diagnostics, context.environment) {}

  Draft run() {
    draft_.file = root_.file();
    read_name();
    if (auto constants = reader_.node("constants")) draft_.constants = read_constants(*constants, context_);
    // What has a bad name is read all the same: it is there, and others may name it.
    NameScope streams;
    for (const Entry& entry : entries("sources")) {
      streams.declare(entry.key, context_.diagnostics);
      draft_.sources.push_back(read_source(entry, context_));
    }
    for (const Entry& entry : entries("steps")) {
      streams.declare(entry.key, context_.diagnostics);
      draft_.steps.push_back(read_step(entry, context_));
      const size_t stream = draft_.stream_count() - 1;
      std::ranges::move(outputs_of(draft_.steps.back(), stream), std::back_inserter(draft_.steps));
    }
    NameScope sinks;
    for (const Entry& entry : entries("sinks")) {
      sinks.declare(entry.key, context_.diagnostics);
      draft_.sinks.push_back(read_sink(entry, context_));
    }
    check_topics();
    connect(draft_, context_);
    for (SinkDraft& sink : draft_.sinks) bind_sink(draft_, sink, context_);
    check_inline_tests(read_inline_tests(root_, context_.diagnostics), draft_, context_.diagnostics);
    return std::move(draft_);
  }

 private:
  void read_name() {
    constexpr size_t kNameBytesMax = 100;  // topics named after it must stay below Kafka's 249
    std::optional<std::string> name = reader_.text("topology");
    draft_.description = reader_.text("description").value_or("");
    if (!name) return;
    draft_.name = *name;
    Node node = *reader_.node("topology");
    bool fits = check_topic_name(node, *name, "the name of a topology", context_.diagnostics);
    if (fits && name->size() > kNameBytesMax) {
      context_.diagnostics.add(
          node.diagnostic("bad-topic-name", "the name of a topology has at most 100 characters"));
    }
  }

  /// The entries of a section, which must be a map.
  std::vector<Entry> entries(const std::string& section) {
    std::optional<Node> node = reader_.node(section);
    if (!node || node->is_reported()) return {};
    if (!node->is_map() && !(node->is_null() && section == "steps")) {
      context_.diagnostics.add(node->diagnostic("wrong-kind", "`" + section + "` must be a map of names"));
      return {};
    }
    std::vector<Entry> entries = node->entries();
    if (entries.empty() && section != "steps") {
      context_.diagnostics.add(node->diagnostic("wrong-kind", "`" + section + "` needs at least one entry"));
    }
    if (entries.size() > kEntriesMax) {
      context_.diagnostics.add(node->diagnostic(
          "too-large", "`" + section + "` has more than " + std::to_string(kEntriesMax) + " entries"));
      return {};
    }
    return entries;
  }

  /// A topic belongs to one source, and nothing that is written comes back in.
  void check_topics() {
    std::map<std::string, std::string> sources;
    for (const SourceDraft& source : draft_.sources) {
      if (!source.plan) continue;
      auto [first, is_new] = sources.emplace(source.plan->topic, source.key.text());
      if (is_new) continue;
      context_.diagnostics.add(source.key.diagnostic(
          "duplicate-topic",
          "the topic `" + source.plan->topic + "` is read by the source `" + first->second + "` already",
          "several steps can take their rows `from: " + first->second + "`"));
    }
    for (const SinkDraft& sink : draft_.sinks) {
      if (!sink.plan || !sources.contains(sink.plan->topic)) continue;
      context_.diagnostics.add(sink.key.diagnostic(
          "topic-loop", "the sink `" + sink.key.text() + "` writes to the topic `" + sink.plan->topic +
                            "`, which the source `" + sources[sink.plan->topic] +
                            "` reads: rows would go round for ever"));
    }
  }

  Node root_;
  ReadContext& context_;
  MapReader reader_;
  Draft draft_;
};

}  // namespace

std::unique_ptr<const Plan> load_topology(const Document& document, const PlanOptions& options,
                                          Diagnostics& diagnostics) {
  ReadContext context{diagnostics, options.environment};
  Draft draft = TopologyReader(document, context).run();
  if (draft.graph_known) {
    warn_of_unused(draft, diagnostics);
    check_row_order(draft, diagnostics);
    check_before_rows(draft, diagnostics);
  }
  if (diagnostics.has_errors()) return nullptr;
  return assemble(std::move(draft), options, diagnostics);
}

}  // namespace pactolus
