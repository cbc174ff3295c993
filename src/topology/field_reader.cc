#include "topology/field_reader.h"

#include <algorithm>
#include <string_view>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "data/text_format.h"
#include "data/text_scan.h"
#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

const std::vector<FieldSpec>& long_form() {
  static const std::vector<FieldSpec> fields = {
      {.name = "type",
       .required = true,
       .summary = "a PostgreSQL type, with `null` behind it if the value may be absent"},
      {.name = "path", .summary = "where the value is in the record: names of nested objects, with dots"},
      {.name = "header", .summary = "the record header that holds the value"},
      {.name = "key", .kind = FieldKind::kBoolean, .summary = "true: the value is the record's key"},
      {.name = "timestamp",
       .kind = FieldKind::kBoolean,
       .summary = "true: the value is the record's Kafka timestamp"},
      {.name = "default", .kind = FieldKind::kAny, .summary = "the value where the record has none"},
      {.name = "unit",
       .kind = FieldKind::kChoice,
       .choices = {"s", "ms", "us", "ns"},
       .summary = "for a time that comes as a number since 1970: its unit"},
  };
  return fields;
}

/// PostgreSQL's names of types that columns cannot have yet.
constexpr std::string_view kTypesToCome[] = {"inet", "json", "money", "timetz"};

struct NullableType {
  DeclaredType declared;
  bool nullable;

  void apply_to(SourceField& field) const {
    field.type = declared.type;
    field.characters_max = declared.characters_max;
    field.nullable = nullable;
  }
};

/// Takes `null` or `not null` off the end of a type.
bool take_nullability(std::string& text) {
  std::string lower = lower_case(text);
  auto take = [&](std::string_view suffix) {
    if (!lower.ends_with(suffix)) return false;
    text.resize(text.size() - suffix.size());
    return true;
  };
  return !take(" not null") && take(" null");
}

std::optional<NullableType> read_type(const Node& node, std::string text, ReadContext& context) {
  bool nullable = take_nullability(text);
  if (std::optional<DeclaredType> type = parse_declared_type(text)) return NullableType{*type, nullable};
  std::string base = lower_case(text.substr(0, text.find_first_of("([")));
  base.resize(base.find_last_not_of(' ') + 1);
  if (std::ranges::find(kTypesToCome, base) != std::end(kTypesToCome)) {
    std::string hint = base == "json" ? "use `jsonb`" : "";
    context.diagnostics.add(not_available(node, "the type `" + text + "`", hint));
    return std::nullopt;
  }
  const bool known = parse_type(base).has_value();
  const bool nested = text.find('[') != text.rfind('[');
  std::string hint = nested  ? "arrays have one dimension: write `" + base + "[]`"
                     : known ? std::string(kModifiersHint)
                             : did_you_mean(base, type_names());
  if (hint.empty()) {
    for (const std::string& name : type_names()) hint += (hint.empty() ? "types are " : ", ") + name;
  }
  context.diagnostics.add(node.diagnostic("unknown-type", "there is no type `" + text + "`", hint));
  return std::nullopt;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> names;
  for (size_t dot = 0; dot != std::string_view::npos; path.remove_prefix(dot + 1)) {
    dot = path.find('.');
    names.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) break;
  }
  return names;
}

/// Reads the long form. Lives for one field.
class LongFieldReader {
 public:
  LongFieldReader(const Entry& entry, ReadContext& context)
      : entry_(entry),
        context_(context),
        reader_(entry.value, long_form(), context.diagnostics, context.environment) {}

  std::optional<SourceField> run() {
    std::optional<std::string> text = reader_.text("type");
    if (!text) return std::nullopt;
    std::optional<NullableType> type = read_type(*reader_.node("type"), *text, context_);
    if (!type || !reader_.ok()) return std::nullopt;
    field_.name = entry_.key.text();
    type->apply_to(field_);
    read_origin();
    check_origin();
    read_unit();
    read_default();
    return ok_ ? std::optional(std::move(field_)) : std::nullopt;
  }

 private:
  void refuse(const Node& node, std::string code, std::string message, std::string hint = "") {
    ok_ = false;
    context_.diagnostics.add(node.diagnostic(std::move(code), std::move(message), std::move(hint)));
  }

  void read_origin() {
    const char* first = nullptr;
    for (const char* name : {"path", "header", "key", "timestamp"}) {
      if (!reader_.has(name)) continue;
      if (first != nullptr) {
        refuse(
            *reader_.node(name)->key(), "conflicting-keys",
            "`" + std::string(name) + "` cannot stand beside `" + first + "`: a value comes from one place");
      }
      first = name;
    }
    field_.path = {field_.name};
    if (auto path = reader_.text("path")) read_path(*path);
    if (auto header = reader_.text("header")) {
      field_.origin = SourceField::kHeader;
      field_.header = *header;
    }
    if (reader_.boolean("key").value_or(false)) field_.origin = SourceField::kKey;
    if (reader_.boolean("timestamp").value_or(false)) {
      field_.origin = SourceField::kTimestamp;
      if (field_.type != kTimestamptzType) {
        refuse(*reader_.node("type"), "type-mismatch",
               "the record's timestamp is a timestamptz, not " + to_string(field_.type));
      }
    }
  }

  /// Keys and headers are texts without quotes; that of a jsonb is JSON.
  void check_origin() {
    if (field_.origin == SourceField::kValue || !is_array(field_.type.kind)) return;
    refuse(*reader_.node("type"), "type-mismatch",
           "a value of the type " + to_string(field_.type) +
               " comes from the record's value, not from its key "
               "or a header");
  }

  void read_path(const std::string& path) {
    field_.path = split_path(path);
    if (std::ranges::find(field_.path, "") == field_.path.end()) return;
    refuse(*reader_.node("path"), "bad-value", "`path` has an empty name in it",
           "such as `path: terminal.address.city`");
  }

  void read_unit() {
    std::optional<std::string> unit = reader_.text("unit");
    if (!unit) return;
    if (field_.type != kTimestamptzType) {
      refuse(*reader_.node("unit")->key(), "type-mismatch",
             "`unit` is for timestamptz: `" + field_.name + "` is " + to_string(field_.type));
    }
    field_.unit = *unit == "s"    ? EpochUnit::kSeconds
                  : *unit == "ms" ? EpochUnit::kMillis
                  : *unit == "us" ? EpochUnit::kMicros
                                  : EpochUnit::kNanos;
  }

  void read_default() {
    std::optional<Node> node = reader_.node("default");
    if (!node) return;
    if (!node->is_scalar()) {
      refuse(*node, "wrong-kind", "`default` must be a value",
             node->is_null() ? "`null` behind the type lets the value be absent" : "");
      return;
    }
    Column column(field_.type, 1);
    Arena memory;
    if (TextResult<void> parsed = parse_value(node->text(), column, 0, memory); !parsed.ok()) {
      refuse(*node, "bad-value", "`default` is no " + to_string(field_.type) + ": " + parsed.error().message);
    } else if (field_.type == kTimestampType && !parse_timestamp_without_zone(node->text()).ok()) {
      refuse(*node, "bad-value", "a timestamp has no zone, but `default` has one");
    }
    if (field_.characters_max > 0 && character_count(node->text()) > field_.characters_max)
      refuse(*node, "bad-value",
             "`default` has more than " + std::to_string(field_.characters_max) + " characters");
    field_.default_text = node->text();
  }

  const Entry& entry_;
  ReadContext& context_;
  MapReader reader_;
  SourceField field_;
  bool ok_ = true;
};

}  // namespace

std::optional<SourceField> read_source_field(const Entry& entry, ReadContext& context) {
  if (entry.value.is_reported()) return std::nullopt;
  if (!entry.value.is_scalar()) return LongFieldReader(entry, context).run();
  std::optional<NullableType> type = read_type(entry.value, entry.value.text(), context);
  if (!type) return std::nullopt;
  SourceField field;
  field.name = entry.key.text();
  type->apply_to(field);
  field.path = {field.name};
  return field;
}

}  // namespace pactolus
