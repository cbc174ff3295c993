#include "replay/test_record.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "data/codecs/json_encoder.h"
#include "data/codecs/scalar_decoder.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(text, json);
  return json;
}

/// Exact, with digits after the point if they are needed.
std::string number_in(EpochUnit unit, int64_t micros) {
  constexpr int kScaleOfSeconds = 6;
  constexpr int kScaleOfMillis = 3;
  switch (unit) {
    case EpochUnit::kSeconds:
      return Decimal(micros, kScaleOfSeconds).normalized().to_string();
    case EpochUnit::kMillis:
      return Decimal(micros, kScaleOfMillis).normalized().to_string();
    case EpochUnit::kNanos:
      return Decimal(Int128{micros} * 1000, 0).to_string();
    case EpochUnit::kText:
    case EpochUnit::kMicros:
      break;
  }
  return std::to_string(micros);
}

std::string json_of_time(const SourceField& field, const std::string& text) {
  if (field.unit != EpochUnit::kText && is_json_number(text)) return text;
  auto micros = parse_timestamptz(text);
  if (!micros) return json_string(text);
  if (field.unit != EpochUnit::kText) return number_in(field.unit, *micros);
  if (parse_rfc3339(text)) return json_string(text);
  std::string rfc3339;
  append_rfc3339(*micros, rfc3339);
  return json_string(rfc3339);
}

/// A time without zone, however it is written; what has a zone stays, for the decoder to refuse.
std::string json_of_timestamp(const std::string& text) {
  auto micros = parse_timestamp_without_zone(text);
  if (!micros) return json_string(text);
  std::string iso;
  append_iso_timestamp(*micros, iso);
  return json_string(iso);
}

/// An array, written as PostgreSQL does; what is none stays, for the decoder to refuse.
std::string json_of_array(Type type, const std::string& text) {
  Column column(Type{type.kind},
                1);  // numerics as they are written: what doesn't fit is the decoder's to refuse
  Arena memory;
  if (!parse_value(text, column, 0, memory).ok()) return json_string(text);
  std::string json;
  append_json(column, 0, json);
  return json;
}

/// A value as it stands in a JSON record of this source.
std::string json_of(const SourceField& field, const std::optional<SourceText>& value) {
  if (!value) return "null";
  const std::string& text = value->text;
  switch (general(field.type.kind)) {
    case TypeKind::kBoolean:
      if (auto boolean = parse_boolean(text)) return *boolean ? "true" : "false";
      return json_string(text);
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kReal:
    case TypeKind::kDouble:
    case TypeKind::kNumeric:
      return is_json_number(text) ? text : json_string(text);
    case TypeKind::kTimestamptz:
      return json_of_time(field, text);
    case TypeKind::kTimestamp:
      return json_of_timestamp(text);
    case TypeKind::kTime:
      if (auto micros = parse_time(text)) {
        std::string time;
        append_time(*micros, time);
        return json_string(time);
      }
      return json_string(text);
    case TypeKind::kText:
    case TypeKind::kBpchar:
    case TypeKind::kDate:
    case TypeKind::kInterval:
    case TypeKind::kUuid:
    case TypeKind::kBytea:
      break;
    case TypeKind::kJsonb:
      return text;  // what is no JSON makes the record malformed
    case TypeKind::kArray:
      return json_of_array(field.type, text);
  }
  return json_string(text);
}

/// The same where a record has no types: in its key and headers.
std::string plain_of(const SourceField& field, const SourceText& value) {
  if (field.type.kind != TypeKind::kTimestamptz) return value.text;
  std::string json = json_of_time(field, value.text);
  return json.starts_with('"') ? json.substr(1, json.size() - 2) : json;
}

std::vector<std::string> path_of(const SourceField& field) {
  return field.path.empty() ? std::vector<std::string>{field.name} : field.path;
}

std::string dotted(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& name : path) text += (text.empty() ? "" : ".") + name;
  return text;
}

struct PlacedValue {
  std::vector<std::string> path;
  std::string json;
};

/// Writes the object whose values lie at least `depth` names deep, all under the same names up to there.
void append_object(const std::vector<PlacedValue>& values, size_t depth, std::string& out) {
  std::vector<std::string> names;
  for (const PlacedValue& value : values) {
    if (std::ranges::find(names, value.path[depth]) == names.end()) names.push_back(value.path[depth]);
  }
  out += '{';
  for (const std::string& name : names) {
    if (name != names.front()) out += ',';
    append_json_string(name, out);
    out += ':';
    std::vector<PlacedValue> below;
    for (const PlacedValue& value : values) {
      if (value.path[depth] == name) below.push_back(value);
    }
    if (below.front().path.size() == depth + 1) {
      out += below.front().json;  // two fields may read the same place
    } else {
      append_object(below, depth + 1, out);
    }
  }
  out += '}';
}

/// Puts a row's values where the source's fields look for them. Lives for one record.
class RecordBuilder {
 public:
  RecordBuilder(const SourcePlan& source, const TestRow& row) : source_(source), row_(row) {}

  OwnedRecord build(ProcessingTime now) {
    OwnedRecord record;
    record.timestamp = timestamp(now);
    std::vector<PlacedValue> values;
    for (const SourceField& field : source_.fields) {
      const TestValue* value = find(field);
      if (value == nullptr) continue;
      if (field.origin == SourceField::kValue)
        values.push_back({path_of(field), json_of(field, value->text)});
      if (field.origin == SourceField::kHeader)
        record.headers.push_back({field.header, plain(field, *value)});
      if (field.origin == SourceField::kKey) record.key = plain(field, *value);
    }
    record.value.emplace();
    append_object(values, 0, *record.value);
    if (!record.key) record.key = key();
    return record;
  }

 private:
  /// A row names a field, or the place in the record that it is read from.
  const TestValue* find(const SourceField& field) const {
    auto names = [&](const TestValue& value) {
      std::string written = lower_case(value.column.text);
      return written == lower_case(field.name) || written == lower_case(dotted(field.path));
    };
    auto found = std::ranges::find_if(row_.values, names);
    return found == row_.values.end() ? nullptr : &*found;
  }

  static std::optional<std::string> plain(const SourceField& field, const TestValue& value) {
    if (!value.text) return std::nullopt;
    return plain_of(field, *value.text);
  }

  ProcessingTime timestamp(ProcessingTime now) const {
    auto stamped = std::ranges::find(source_.fields, SourceField::kTimestamp, &SourceField::origin);
    if (stamped != source_.fields.end()) {
      if (auto time = time_of(*stamped)) return *time;
    }
    if (!source_.time) return now;
    return time_of(source_.fields[source_.time->field]).value_or(now);
  }

  /// The row's value of a field that is a time, if it has a readable one. Kafka knows no times before 1970.
  std::optional<ProcessingTime> time_of(const SourceField& field) const {
    const TestValue* value = find(field);
    if (value == nullptr || !value->text) return std::nullopt;
    Column column(kTimestamptzType, 1);
    const std::string& text = value->text->text;
    bool is_number = field.unit != EpochUnit::kText && is_json_number(text);
    Arena memory;  // a time needs none
    bool read = is_number ? decode_number(field, text, column, 0) == ScalarStatus::kOk
                          : parse_value(text, column, 0, memory).ok();
    int64_t micros = column.values<int64_t>()[0];
    if (!read || micros < 0) return std::nullopt;
    return ProcessingTime{micros};
  }

  /// As a sink's key would be written: one column as text, several as a JSON object. None: a part is missing.
  std::optional<std::string> key() const {
    std::vector<PlacedValue> parts;
    const std::vector<size_t>& columns = source_.is_table() ? source_.primary_key : source_.key_columns;
    for (size_t column : columns) {
      const SourceField& field = source_.fields[column];
      const TestValue* value = find(field);
      if (value == nullptr || !value->text) return std::nullopt;
      if (columns.size() == 1) return plain_of(field, *value->text);
      parts.push_back({path_of(field), json_of(field, value->text)});
    }
    if (parts.empty()) return std::nullopt;
    std::string key;
    append_object(parts, 0, key);
    return key;
  }

  const SourcePlan& source_;
  const TestRow& row_;
};

}  // namespace

OwnedRecord record_of(const SourcePlan& source, const SendRow& send, ProcessingTime now) {
  OwnedRecord record = RecordBuilder(source, send.row).build(now);
  if (send.deleted) record.value.reset();
  return record;
}

}  // namespace pactolus
