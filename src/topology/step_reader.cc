#include "topology/step_reader.h"

#include <algorithm>
#include <string_view>

#include "base/nearest_name.h"
#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

/// Operations of the language that are no operators yet.
constexpr std::string_view kPlannedOperations[] = {"exposure", "score"};
constexpr std::string_view kUnion = "union";
constexpr size_t kUnionInputsMax = 100;

std::vector<std::string> known_keys() {
  std::vector<std::string> keys = {"from"};
  for (const OperatorSpec* spec : registered(static_cast<const OperatorSpec*>(nullptr)))
    keys.emplace_back(spec->name);
  return keys;
}

std::string operations_hint() {
  std::string hint = "operations are";
  for (const OperatorSpec* spec : registered(static_cast<const OperatorSpec*>(nullptr))) {
    hint += (hint.back() == 'e' ? " `" : ", `") + std::string(spec->name) + "`";
  }
  return hint;
}

class StepReader {
 public:
  StepReader(const Entry& entry, ReadContext& context)
      : entry_(entry), diagnostics_(context.diagnostics), step_{.key = entry.key, .name = entry.key.text()} {}

  StepDraft run() {
    if (!entry_.value.is_map()) {
      if (!entry_.value.is_reported()) {
        refuse(entry_.value, "wrong-kind", "the step `" + entry_.key.text() + "` must be a map",
               operations_hint());
      }
      return std::move(step_);
    }
    for (const Entry& entry : entry_.value.entries()) read_key(entry);
    check_operations();
    read_inputs();
    return std::move(step_);
  }

 private:
  void refuse(const Node& node, std::string code, std::string message, std::string hint = "") {
    diagnostics_.add(node.diagnostic(std::move(code), std::move(message), std::move(hint)));
  }

  void read_key(const Entry& entry) {
    const std::string& key = entry.key.text();
    if (key == "from") return;
    if (find_operator(key) != nullptr) {
      operations_.push_back(entry);
    } else if (std::ranges::find(kPlannedOperations, key) != std::end(kPlannedOperations)) {
      planned_ = true;
      diagnostics_.add(not_available(entry.key, "the operation `" + key + "`", operations_hint()));
    } else {
      unknown_ = true;
      std::vector<std::string> known = known_keys();
      known.insert(known.end(), std::begin(kPlannedOperations), std::end(kPlannedOperations));
      std::string hint = did_you_mean(key, known);
      refuse(entry.key, "unknown-key", "`" + key + "` is no operation, and no key of a step",
             hint.empty() ? operations_hint() : hint);
    }
  }

  void check_operations() {
    if (operations_.size() == 1 && !planned_) {
      step_.spec = find_operator(operations_.front().key.text());
      step_.operation = operations_.front().value;
      return;
    }
    if (operations_.size() > 1) {
      refuse(operations_[1].key, "several-operations",
             "a step is exactly one operation: `" + entry_.key.text() + "` has `" +
                 operations_[0].key.text() + "` already",
             "put `" + operations_[1].key.text() + "` into a step of its own, `from: " + entry_.key.text() +
                 "`");
    }
    if (operations_.empty() && !planned_ && !unknown_) {
      refuse(entry_.key, "missing-operation", "the step `" + entry_.key.text() + "` needs an operation",
             operations_hint());
    }
  }

  void read_inputs() {
    std::optional<Node> from = entry_.value.find("from");
    std::optional<Node> union_list = entry_.value.find(kUnion);
    if (union_list) {
      if (from)
        refuse(*from->key(), "conflicting-keys", "`from` cannot stand beside `union`", "name it in the list");
      read_union(*union_list);
    } else if (!from) {
      refuse(entry_.key, "missing-key", "the step `" + entry_.key.text() + "` needs the key `from`",
             "`from:` names the source or step whose rows it takes");
      step_.spec = nullptr;
    } else {
      add_input(*from);
      add_named_inputs();
    }
  }

  /// Inputs that the operation names itself, besides `from`.
  void add_named_inputs() {
    if (step_.spec == nullptr) return;
    for (std::string_view field : step_.spec->inputs) {
      if (std::optional<Node> input = step_.operation->find(field)) add_input(*input);
    }
  }

  void read_union(const Node& list) {
    if (!list.is_sequence() || list.items().size() < 2) {
      if (!list.is_reported()) {
        refuse(list, "wrong-kind", "`union` must be a list of at least two sources or steps",
               "such as `union: [a, b]`");
      }
      step_.spec = nullptr;
      return;
    }
    if (list.items().size() > kUnionInputsMax) {
      refuse(list, "too-large",
             "a `union` takes at most " + std::to_string(kUnionInputsMax) + " sources and steps");
      step_.spec = nullptr;
      return;
    }
    for (const Node& item : list.items()) {
      if (!is_in_union(item)) add_input(item);
    }
  }

  bool is_in_union(const Node& item) {
    auto same = [&](const StreamReference& other) {
      return lower_case(other.name.text) == lower_case(item.text());
    };
    if (std::ranges::none_of(step_.inputs, same)) return false;
    refuse(item, "duplicate-name", "`" + item.text() + "` is in this `union` already");
    step_.spec = nullptr;
    return true;
  }

  void add_input(const Node& node) {
    if (!node.is_scalar() || !is_stream_name(node.text())) {
      if (!node.is_reported()) refuse(node, "wrong-kind", "here stands the name of one source or step");
      step_.spec = nullptr;
      return;
    }
    step_.inputs.push_back({Name(node), std::nullopt, nullptr});
  }

  const Entry& entry_;
  Diagnostics& diagnostics_;
  StepDraft step_;
  std::vector<Entry> operations_;
  bool planned_ = false;
  bool unknown_ = false;
};

}  // namespace

StepDraft read_step(const Entry& entry, ReadContext& context) { return StepReader(entry, context).run(); }

std::vector<StepDraft> outputs_of(const StepDraft& step, size_t stream) {
  std::vector<StepDraft> outputs;
  if (step.spec == nullptr || step.spec->outputs.names == nullptr) return outputs;
  for (const Node& name : step.spec->outputs.names(*step.operation)) {
    StepDraft& output = outputs.emplace_back(StepDraft{.key = name, .name = step.name + "." + name.text()});
    output.output = outputs.size();
    output.spec = &step.spec->outputs.passing();
    output.operation = name;
    output.inputs.push_back({Name(step.key), stream, nullptr});
  }
  return outputs;
}

}  // namespace pactolus
