#include "topology/sink_reader.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "operators/name_diagnostic.h"
#include "topology/topic_name.h"

namespace pactolus {
namespace {

const std::vector<FieldSpec>& sink_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "from",
       .kind = FieldKind::kStream,
       .required = true,
       .summary = "the source or step whose rows it writes"},
      {.name = "topic", .required = true, .summary = "the Kafka topic to write"},
      {.name = "key",
       .kind = FieldKind::kNames,
       .summary =
           "the columns of the record's key: one as text, several as JSON; a table's key must be its own"},
      {.name = "format",
       .kind = FieldKind::kChoice,
       .default_text = "json",
       .choices = {"json", "avro", "protobuf", "csv"},
       .summary = "how records are encoded; this release writes json"},
  };
  return fields;
}

std::string list_of(const Schema& schema, const std::vector<size_t>& columns) {
  std::string list;
  for (size_t column : columns) list += (list.empty() ? "" : ", ") + schema[column].name;
  return columns.size() == 1 ? list : "[" + list + "]";
}

/// Checks the key of one sink. Lives for one call of bind_sink().
class KeyBinding {
 public:
  KeyBinding(const Draft& draft, const SinkDraft& sink, Diagnostics& diagnostics)
      : draft_(draft),
        sink_(sink),
        stream_(*sink.from->stream),
        schema_(*draft.schema_of(stream_)),
        diagnostics_(diagnostics) {}

  std::optional<std::vector<size_t>> run() {
    for (const Name& name : sink_.key_names.value_or(std::vector<Name>{})) add(name);
    if (ok_ && draft_.is_table(stream_)) check_table_key();
    return ok_ ? std::optional(std::move(columns_)) : std::nullopt;
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    diagnostics_.add(std::move(diagnostic));
  }

  void add(const Name& name) {
    std::optional<size_t> column = schema_.find(name.text);
    if (!column) {
      refuse(name_diagnostic(sink_.key, name, "unknown-column",
                             "`" + draft_.stream_name(stream_) + "` has no column `" + name.text + "`",
                             name_hint(name.text, schema_.names(), "columns")));
    } else if (std::ranges::find(columns_, *column) != columns_.end()) {
      refuse(
          name_diagnostic(sink_.key, name, "duplicate-name", "`" + name.text + "` is in this key already"));
    } else if (auto refusal = key_type_diagnostic(sink_.key, name, schema_[*column])) {
      refuse(*std::move(refusal));
    } else {
      columns_.push_back(*column);
    }
  }

  /// A change replaces the record with the same key: another key would replace the wrong ones, or none.
  void check_table_key() {
    std::vector<size_t> key = draft_.key_columns_of(stream_);
    if (std::ranges::is_permutation(key, columns_)) return;
    std::string what = "`" + draft_.stream_name(stream_) + "` is a table";
    if (key.empty()) {
      refuse(name_diagnostic(sink_.key, sink_.key_names->front(), "table-key",
                             what + " of a single row: its sink has no key", "leave `key` out"));
    } else if (columns_.empty()) {
      refuse(sink_.key.diagnostic("table-key", what + ": its sink needs its key",
                                  "write `key: " + list_of(schema_, key) + "`"));
    } else {
      refuse(name_diagnostic(sink_.key, sink_.key_names->front(), "table-key",
                             what + ": its sink's key must be its own",
                             "write `key: " + list_of(schema_, key) + "`"));
    }
  }

  const Draft& draft_;
  const SinkDraft& sink_;
  size_t stream_;
  const Schema& schema_;
  Diagnostics& diagnostics_;
  std::vector<size_t> columns_;
  bool ok_ = true;
};

}  // namespace

SinkDraft read_sink(const Entry& entry, ReadContext& context) {
  MapReader reader(entry.value, sink_fields(), context.diagnostics, context.environment);
  SinkDraft sink{entry.key, std::nullopt, std::nullopt, nullptr};
  if (auto from = reader.name("from")) sink.from = StreamReference{*from, std::nullopt};
  sink.key_names = reader.names("key");
  bool ok = reader.ok();
  std::optional<std::string> topic = reader.text("topic");
  if (topic)
    ok = check_topic_name(*reader.node("topic"), *topic, "the name of a topic", context.diagnostics) && ok;
  if (auto format = reader.text("format"); format && *format != "json") {
    ok = false;
    context.diagnostics.add(
        not_available(*reader.node("format"), "the format `" + *format + "`", "this release writes json"));
  }
  if (!ok || !topic) return sink;
  sink.plan = std::make_unique<SinkPlan>();
  sink.plan->name = entry.key.text();
  sink.plan->topic = *topic;
  return sink;
}

void bind_sink(const Draft& draft, SinkDraft& sink, ReadContext& context) {
  if (!sink.from || !sink.from->stream || draft.schema_of(*sink.from->stream) == nullptr) {
    sink.plan.reset();
    return;
  }
  size_t stream = *sink.from->stream;
  if (draft.is_global(stream)) {
    context.diagnostics.add(name_diagnostic(
        sink.key, sink.from->name, "global-table",
        "`" + sink.from->name.text +
            "` is global, so a `join` can name it as its `table`, and no sink takes it",
        "every task has all of its rows, and each would write them; without `global` they come once"));
    sink.plan.reset();
    return;
  }
  std::optional<std::vector<size_t>> key = KeyBinding(draft, sink, context.diagnostics).run();
  if (!key || !sink.plan) {
    sink.plan.reset();
    return;
  }
  SinkPlan& plan = *sink.plan;
  plan.schema = *draft.schema_of(stream);
  plan.is_table = draft.is_table(stream);
  plan.key_columns = *std::move(key);
  plan.encoder = std::make_unique<JsonEncoder>(plan.schema);
  if (!plan.key_columns.empty()) {
    plan.key_encoder = std::make_unique<KeyTextEncoder>(plan.schema, plan.key_columns);
  }
}

}  // namespace pactolus
