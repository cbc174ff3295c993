#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/register.h"
#include "config/document.h"
#include "config/spec.h"
#include "expr/binder.h"
#include "operators/operator.h"

namespace pactolus {

/// What is known of a stream besides its columns: OperatorNode's functions of these names.
struct StreamTraits {
  bool is_table = false;
  std::vector<size_t> key_columns = {};  // of a table
  std::optional<size_t> window_end = {};
};

/// An input of a step as its builder sees it.
struct StepInput {
  std::string name;
  const Schema* schema;
  bool is_table = false;
  std::vector<size_t> key_columns = {};  // of a table
  bool is_source = false;
  bool has_time = false;               // a source whose rows' times come from a field
  std::optional<Duration> versions{};  // of a table: how much of its history is kept
  std::optional<size_t> window_end = {};
  bool of_tables = false;  // no row comes from a stream: nothing says how far time has come
  StreamTraits traits() const { return {is_table, key_columns, window_end}; }
};

/// All that an operator is built from: its part of the YAML, its inputs, the names in scope.
struct OperatorBuild {
  std::string step;
  const Node* node;  // the value of the operation's key: `filter: HERE`
  std::vector<StepInput> inputs;
  std::span<const Constant> constants;
  std::vector<std::pair<std::string, std::string>> hints;  // Scope::hints
  Diagnostics* diagnostics;
};

struct OperatorSpec;

/// Streams that a step gives under names: `from: step.output`. Each is a step of its own in the plan, which
/// passes on what the step hands to OperatorOutput::emit_to().
struct NamedOutputs {
  /// The nodes whose texts are their names, in order; whatever the operation's value is.
  std::vector<Node> (*names)(const Node& operation) = nullptr;  // none: there are none
  /// What passes them on.
  const OperatorSpec& (*passing)() = nullptr;
  /// All rows go to them: there is no stream by the step's own name.
  bool take_all = false;
};

/// What an operator's file declares. Docs, editor schema, `check` and `plan` read it.
struct OperatorSpec {
  std::string_view name;  // the key of the operation in a step
  std::string_view summary;
  std::string_view guarantee;                     // what it promises about order, lateness and state
  std::string_view example;                       // a whole topology with tests, which a test runs
  std::span<const std::string_view> inputs = {};  // fields of the operation that name inputs behind `from`
  bool takes_tables = false;                      // whether an input may be a changing table
  bool takes_table_sources = false;  // and wants a source that is a table as it is, without its before-rows
  NamedOutputs outputs = {};
  bool keeps_columns = false;  // the output has the input's columns: what follows can be checked in any case
  std::span<const FieldSpec>
      fields;  // empty: the operation's value is one expression (filter) or a list of names (union)
  std::unique_ptr<const OperatorNode> (*build)(const OperatorBuild& build) =
      nullptr;  // none: diagnostics say why
};

/// All operators, one file each (the list is made by the build).
std::span<const OperatorSpec* const> registered(const OperatorSpec*);
const OperatorSpec* find_operator(std::string_view name);

}  // namespace pactolus
