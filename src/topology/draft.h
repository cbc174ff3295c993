#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/document.h"
#include "config/environment.h"
#include "config/names.h"
#include "expr/binder.h"
#include "operators/registry.h"
#include "topology/plan.h"

namespace pactolus {

/// A topology while it is read: what stands in the file and is known of it so far. Streams are numbered:
/// first the sources, then the steps, both in the file's order.

/// A name of a source or step, where it is used.
struct StreamReference {
  Name name;
  std::optional<size_t> stream;     // none: there is no such source or step
  const Schema* carried = nullptr;  // the columns that a repartition topic brings; none: all
};

struct SourceDraft {
  Node key;                               // its name in the file
  std::unique_ptr<SourcePlan> plan;       // none: findings say why
  std::optional<Schema> schema;           // known even if something else is wrong
  std::vector<size_t> primary_key = {};   // of a table: known like the schema
  bool is_table = false;                  // even if its primary key is not known
  bool has_time = false;                  // `time` says where event time comes from
  std::optional<Duration> versions = {};  // of a table: how much of its history is kept
  bool is_global = false;                 // a table that every task reads as a whole
};

/// A step, written by the user or put in by the plan: then `key` is that of what it stands for in expressions
/// and findings, and only its name and state have the suffix, which no name of a file can have.
struct StepDraft {
  Node key;
  std::string name = {};  // its key's text; of another step's output `step.output`
  /// It is the output with this number of the step that is its only input; 0: it is a step by itself.
  size_t output = 0;
  std::string suffix = {};
  const OperatorSpec* spec = nullptr;            // none: findings say why
  std::optional<Node> operation = std::nullopt;  // the value of the operation's key
  std::vector<StreamReference> inputs = {};
  std::unique_ptr<const OperatorNode> node = nullptr;  // none: findings say why
  bool is_tried = false;                               // to build: all its inputs were known
  bool of_tables = false;  // all its rows come from sources that are tables, none from a stream

  std::string full_name() const { return name + suffix; }
  bool is_written() const { return suffix.empty(); }
};

struct SinkDraft {
  Node key;
  std::optional<StreamReference> from;
  std::optional<std::vector<Name>> key_names;  // none: records without key
  std::unique_ptr<SinkPlan> plan;              // none: findings say why
};

struct Draft {
  std::string file;
  std::string name;
  std::string description;
  std::vector<Constant> constants;
  std::vector<SourceDraft> sources;
  std::vector<StepDraft> steps;
  std::vector<SinkDraft> sinks;
  bool graph_known = true;  // every name of a stream was found, and every operation is one of ours

  size_t stream_count() const { return sources.size() + steps.size(); }
  size_t stream_of_step(size_t step) const { return sources.size() + step; }
  bool is_step(size_t stream) const { return stream >= sources.size(); }
  StepDraft& step_of(size_t stream) { return steps[stream - sources.size()]; }
  const StepDraft& step_of(size_t stream) const { return steps[stream - sources.size()]; }
  const std::string& stream_name(size_t stream) const;
  /// Known also where something else is wrong with the stream: what follows is checked all the same. nullptr:
  /// not known.
  const Schema* schema_of(size_t stream) const;
  bool is_table(size_t stream) const;
  /// A source that is a table: a deletion says no more than which row has gone.
  bool is_table_source(size_t stream) const { return !is_step(stream) && sources[stream].is_table; }
  bool is_global(size_t stream) const { return !is_step(stream) && sources[stream].is_global; }
  /// All its rows come from sources that are tables: nothing says how far time has come.
  bool is_of_tables(size_t stream) const {
    return is_step(stream) ? step_of(stream).of_tables : sources[stream].is_table;
  }
  std::vector<size_t> key_columns_of(size_t stream) const;
  /// As a step's builder sees it. The stream is known, and so is its schema.
  StepInput input_of(const StreamReference& reference) const;
  /// OperatorNode's; but nothing has to meet where one of the inputs is a global table.
  std::optional<std::vector<size_t>> co_located_by(const StepDraft& step, size_t input) const;
  std::optional<size_t> window_end_of(size_t stream) const;
  /// The stream of a name, without regard to case.
  std::optional<size_t> find_stream(std::string_view wanted) const;
  std::vector<std::string> stream_names() const;
};

/// What the files of this folder share while they read one file.
struct ReadContext {
  Diagnostics& diagnostics;
  const Environment* environment;
};

}  // namespace pactolus
