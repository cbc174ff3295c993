#include "topology/source_reader.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "data/codecs/json_decoder.h"
#include "data/text_format.h"
#include "operators/name_diagnostic.h"
#include "topology/field_reader.h"
#include "topology/topic_name.h"

namespace pactolus {
namespace {

constexpr int64_t kVersionsMicrosMax = int64_t{1000} * 366 * 24 * 3600 * 1'000'000;

const std::vector<FieldSpec>& source_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "topic", .required = true, .summary = "the Kafka topic to read"},
      {.name = "format",
       .kind = FieldKind::kChoice,
       .default_text = "json",
       .choices = {"json", "avro", "protobuf", "csv"},
       .summary = "how records are encoded; this release reads json"},
      {.name = "key",
       .kind = FieldKind::kAny,
       .summary = "the field by which the topic is partitioned, or {field: NAME, partitioner: murmur2 | "
                  "crc32 | unknown}"},
      {.name = "start",
       .default_text = "earliest",
       .summary = "earliest, latest or a timestamp: where reading begins when nothing was committed yet"},
      {.name = "time",
       .kind = FieldKind::kMap,
       .summary = "where event time comes from; without, it is the record's Kafka timestamp",
       .fields =
           {{.name = "field", .kind = FieldKind::kName, .required = true, .summary = "a timestamptz field"},
            {.name = "disorder",
             .kind = FieldKind::kDuration,
             .default_text = "0s",
             .minimum = 0,
             .summary = "how far records of a partition may be out of order"},
            {.name = "idle",
             .kind = FieldKind::kDuration,
             .minimum = 1000,
             .summary = "after how long without records a partition holds nothing back any more"},
            {.name = "max_future",
             .kind = FieldKind::kDuration,
             .minimum = 0,
             .summary = "how far event time may be ahead of the record's Kafka timestamp"}}},
      {.name = "fields",
       .kind = FieldKind::kAny,
       .required = true,
       .summary = "the fields to read, with their types"},
      {.name = "primary_key",
       .kind = FieldKind::kNames,
       .summary = "makes it a table: the last record with the same values of these fields counts, and one "
                  "without value deletes"},
      {.name = "global",
       .kind = FieldKind::kBoolean,
       .default_text = "false",
       .summary = "of a small table: every task has the whole of it, so that streams are joined with it "
                  "where they are"},
      {.name = "versions",
       .kind = FieldKind::kDuration,
       .minimum = 1000,
       .maximum = kVersionsMicrosMax,
       .summary = "of a table with `time`: how much of its history is kept, for joins as of a row's time"},
  };
  return fields;
}

const std::vector<FieldSpec>& key_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "field",
       .kind = FieldKind::kName,
       .required = true,
       .summary = "the field whose text is the record's key"},
      {.name = "partitioner",
       .kind = FieldKind::kChoice,
       .default_text = "murmur2",
       .choices = {"murmur2", "crc32", "unknown"},
       .summary = "what places keys: murmur2 as Java's clients, crc32 as librdkafka's"},
  };
  return fields;
}

/// Reads one source and goes on after errors. Lives for one source.
class SourceReader {
 public:
  SourceReader(const Entry& entry, ReadContext& context)
      : entry_(entry),
        context_(context),
        reader_(entry.value, source_fields(), context.diagnostics, context.environment),
        plan_(std::make_unique<SourcePlan>()) {}

  SourceDraft run() {
    ok_ = reader_.ok();
    plan_->name = entry_.key.text();
    read_topic();
    report_unavailable();
    read_fields();
    read_key();
    read_time();
    read_start();
    if (is_table()) read_primary_key();
    read_global();
    check_versions();
    SourceDraft draft{entry_.key,
                      nullptr,
                      std::nullopt,
                      plan_->primary_key,
                      is_table(),
                      reader_.has("time"),
                      reader_.duration("versions"),
                      plan_->is_global};
    if (fields_known_) draft.schema = plan_->schema;
    if (!ok_) return draft;
    plan_->decoder = make_json_decoder(plan_->fields, {}, plan_->primary_key);
    draft.plan = std::move(plan_);
    return draft;
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    context_.diagnostics.add(std::move(diagnostic));
  }

  void read_topic() {
    std::optional<std::string> topic = reader_.text("topic");
    if (!topic) return;
    plan_->topic = *topic;
    ok_ =
        check_topic_name(*reader_.node("topic"), *topic, "the name of a topic", context_.diagnostics) && ok_;
  }

  void report_unavailable() {
    if (std::optional<std::string> format = reader_.text("format"); format && *format != "json") {
      refuse(
          not_available(*reader_.node("format"), "the format `" + *format + "`", "this release reads json"));
    }
  }

  void read_fields() {
    std::optional<Node> fields = reader_.node("fields");
    if (!fields) return;
    if (!fields->is_map() || fields->entries().empty()) {
      if (!fields->is_reported()) {
        refuse(fields->diagnostic("wrong-kind", "`fields` must be a map of at least one field",
                                  "such as `amount: numeric(12,2)`"));
      }
      ok_ = false;
      return;
    }
    NameScope names;
    std::vector<Field> columns;
    fields_known_ = true;
    for (const Entry& entry : fields->entries()) {
      bool named = names.declare(entry.key, context_.diagnostics);
      std::optional<SourceField> field = read_source_field(entry, context_);
      declared_.push_back(entry.key.text());
      fields_known_ = fields_known_ && named && field.has_value();
      if (!named || !field) continue;
      columns.push_back({field->name, field->type, field->nullable});
      plan_->fields.push_back(*std::move(field));
    }
    ok_ = ok_ && fields_known_;
    plan_->schema = Schema(std::move(columns));
  }

  /// A field that is named elsewhere; none: it was reported, here or where it is declared.
  std::optional<size_t> find_field(const Name& name) {
    if (declared_.empty()) return std::nullopt;
    std::optional<size_t> field = plan_->schema.find(name.text);
    bool declared = std::ranges::any_of(
        declared_, [&](const std::string& other) { return lower_case(other) == lower_case(name.text); });
    if (!field && !declared) {
      refuse(name_diagnostic(entry_.key, name, "unknown-field",
                             "the source `" + plan_->name + "` has no field `" + name.text + "`",
                             name_hint(name.text, declared_, "fields")));
    }
    return field;
  }

  void read_key() {
    std::optional<Node> key = reader_.node("key");
    if (!key || key->is_reported()) return;
    if (key->is_map()) {
      MapReader key_reader(*key, key_fields(), context_.diagnostics, context_.environment);
      ok_ = ok_ && key_reader.ok();
      if (auto name = key_reader.name("field")) set_key(*name);
      std::string partitioner = key_reader.text("partitioner").value_or("murmur2");
      plan_->partitioner = partitioner == "crc32"     ? Partitioner::kCrc32
                           : partitioner == "unknown" ? Partitioner::kUnknown
                                                      : Partitioner::kMurmur2;
    } else if (key->is_scalar() && is_name(key->text())) {
      set_key(Name(*key));
    } else {
      refuse(key->diagnostic("wrong-kind", "`key` must be the name of one field",
                             "or {field: NAME, partitioner: murmur2 | crc32 | unknown}"));
    }
  }

  void set_key(const Name& name) {
    std::optional<size_t> field = find_field(name);
    if (!field) return;
    if (auto refusal = key_type_diagnostic(entry_.key, name, plan_->schema[*field]))
      refuse(*std::move(refusal));
    plan_->key_columns = {*field};
  }

  void read_time() {
    const MapReader& time = reader_.map("time");
    std::optional<Name> name = time.name("field");
    if (!reader_.has("time") || !name) return;
    std::optional<size_t> field = find_field(*name);
    if (!field) return;
    const Field& column = plan_->schema[*field];
    const SourceField& source = plan_->fields[*field];
    if (column.type != kTimestamptzType) {
      refuse(name_diagnostic(
          entry_.key, *name, "type-mismatch",
          "event time must be a timestamptz: `" + column.name + "` is " + to_string(column.type)));
    } else if (column.nullable && !source.default_text) {
      refuse(name_diagnostic(entry_.key, *name, "nullable-time",
                             "event time cannot be NULL: `" + column.name + "` is declared with `null`",
                             "without `null`, a record without it is a dead letter"));
    }
    plan_->time = TimePlan{*field, time.duration("disorder").value_or(Duration{0}), time.duration("idle"),
                           time.duration("max_future")};
  }

  void read_start() {
    std::optional<std::string> start = reader_.text("start");
    if (!start || *start == "earliest") return;
    if (*start == "latest") {
      plan_->start.kind = StartAt::kLatest;
      return;
    }
    TextResult<int64_t> time = parse_timestamptz(*start);
    if (!time.ok()) {
      refuse(reader_.node("start")->diagnostic(
          "bad-value", "`start` must be earliest, latest or a timestamp, not `" + *start + "`",
          "a timestamp such as 2026-01-01T00:00:00Z"));
      return;
    }
    plan_->start = {StartAt::kTimestamp, ProcessingTime{*time}};
  }

  bool is_table() const { return reader_.has("primary_key"); }

  void read_primary_key() {
    for (const Name& name : reader_.names("primary_key").value_or(std::vector<Name>{})) {
      if (std::optional<size_t> field = find_field(name)) add_to_primary_key(name, *field);
    }
    check_deletions();
    check_partitioning();
    if (plan_->start.kind != StartAt::kEarliest) {
      refuse(reader_.node("start")->key()->diagnostic(
          "table-start", "a table is read from its beginning: a row is in it since it was last written",
          "leave `start` out"));
    }
    if (plan_->time && plan_->time->idle) {
      refuse(reader_.map("time").node("idle")->key()->diagnostic(
          "table-time", "a table holds no watermark back: `idle` means nothing for it", "leave `idle` out"));
    }
  }

  void read_global() {
    const bool wanted = reader_.boolean("global").value_or(false);
    plan_->is_global = wanted && is_table();
    if (!wanted || is_table()) return;
    refuse(reader_.node("global")->key()->diagnostic(
        "conflicting-keys", "`global` is for a table: `" + plan_->name + "` has no `primary_key`"));
  }

  void add_to_primary_key(const Name& name, size_t field) {
    std::vector<size_t>& key = plan_->primary_key;
    if (std::ranges::find(key, field) != key.end()) {
      refuse(
          name_diagnostic(entry_.key, name, "duplicate-name", "`" + name.text + "` is in this key already"));
    } else if (auto refusal = key_type_diagnostic(entry_.key, name, plan_->schema[field])) {
      refuse(*std::move(refusal));
    } else if (plan_->schema[field].nullable && !plan_->fields[field].default_text) {
      refuse(name_diagnostic(entry_.key, name, "nullable-key",
                             "a primary key cannot be NULL: `" + name.text + "` is declared with `null`",
                             "without `null`, a record without it is a dead letter"));
    } else {
      key.push_back(field);
    }
  }

  void check_versions() {
    if (!reader_.has("versions") || (is_table() && reader_.has("time"))) return;
    refuse(reader_.node("versions")
               ->key()
               ->diagnostic(
                   "conflicting-keys",
                   "`versions` is for a table (`primary_key`) whose rows have times of their own (`time`)"));
  }

  /// A deletion has a key and no value.
  void check_deletions() {
    const std::vector<size_t>& key = plan_->primary_key;
    const auto in_key = [&](size_t field) { return plan_->fields[field].origin == SourceField::kKey; };
    if (key.size() < 2 || std::ranges::none_of(key, in_key)) return;
    refuse(reader_.node("primary_key")
               ->diagnostic(
                   "table-key",
                   "of a primary key of several fields none can be the record's key (`key: true`): how a "
                   "deletion names "
                   "the others would not be known",
                   "without `key: true`, deletions are read from a JSON object that is the record's key"));
  }

  /// Records of one row must be in one partition. Where the primary key is a single field, its text is the
  /// record's key unless something else is said.
  void check_partitioning() {
    if (plan_->primary_key.size() == 1 && !reader_.has("key")) plan_->key_columns = plan_->primary_key;
    if (plan_->key_columns.empty() || plan_->key_columns == plan_->primary_key) return;
    refuse(reader_.node("key")->diagnostic(
        "table-key", "the records of a table have its primary key as their key",
        plan_->primary_key.size() == 1 ? "leave `key` out, or name the same field in it"
                                       : "leave `key` out"));
  }

  const Entry& entry_;
  ReadContext& context_;
  MapReader reader_;
  std::unique_ptr<SourcePlan> plan_;
  std::vector<std::string> declared_;  // names of all fields, those with errors too
  bool fields_known_ = false;
  bool ok_ = true;
};

}  // namespace

SourceDraft read_source(const Entry& entry, ReadContext& context) {
  return SourceReader(entry, context).run();
}

}  // namespace pactolus
