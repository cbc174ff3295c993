// Any bytes as a record: it fails with a code, or its values survive being written and read again, and it
// never changes what its neighbours or other options make of a record.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "data/codecs/json_decoder.h"
#include "data/codecs/json_encoder.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

SourceField field(std::string name, Type type) {
  SourceField result;
  result.name = std::move(name);
  result.type = type;
  result.nullable = true;
  return result;
}

/// A column of each type, all nullable.
std::vector<SourceField> flat_fields() {
  return {field("b", kBooleanType),
          field("i", kIntegerType),
          field("l", kBigintType),
          field("d", kDoubleType),
          field("n", kNumericType),
          field("m", {TypeKind::kNumeric, 12, 2}),
          field("t", kTextType),
          field("z", kTimestamptzType),
          field("s", kTimestampType),
          field("y", kDateType),
          field("v", kIntervalType),
          field("epoch", kTimestamptzType),
          field("deep", kIntegerType),
          field("deeper", kTextType),
          field("or_else", kTextType),
          field("or_zero", {TypeKind::kNumeric, 38, 38}),
          field("h", kSmallintType),
          field("f", kRealType),
          field("c", kTimeType),
          field("u", kUuidType),
          field("x", kByteaType),
          field("ia", array_of(kIntegerType)),
          field("ta", array_of(kTextType)),
          field("ra", array_of(kRealType)),
          field("p", Type{.kind = TypeKind::kBpchar, .length = 3}),
          field("pa", array_of(Type{.kind = TypeKind::kBpchar, .length = 3})),
          field("j", kJsonbType),
          field("jj", array_of(kJsonbType))};
}

/// The same columns from nested objects, with defaults, and times as numbers.
std::vector<SourceField> nested_fields() {
  std::vector<SourceField> fields = flat_fields();
  fields[11].unit = EpochUnit::kMillis;
  fields[12].path = {"o", "deep"};
  fields[13].path = {"o", "p", "é\"", "deeper"};
  fields[14].default_text = "else";
  fields[15].default_text = "0";
  return fields;
}

std::vector<SourceField> without_null(std::vector<SourceField> fields) {
  for (SourceField& source : fields) source.nullable = false;
  return fields;
}

/// A record as "a|b|NULL|", or the code it failed with.
std::string shown(const DecodedRows& rows, uint32_t row) {
  for (const RowError& error : rows.failures) {
    if (error.row == row) return error.code;
  }
  std::string text;
  for (const ColumnPtr& column : rows.columns) {
    if (column->is_null(row)) {
      text += "NULL";
    } else {
      append_value(*column, row, text);
    }
    text += "|";
  }
  return text;
}

bool is_row(std::string_view outcome) { return outcome.ends_with('|'); }

void check_failures(const DecodedRows& rows) {
  static constexpr std::array<std::string_view, 17> kCodes = {
      "null_value",     "record_too_large",  "invalid_json", "invalid_utf8",     "too_deep",
      "missing_field",  "duplicate_field",   "null_field",   "wrong_type",       "out_of_range",
      "invalid_number", "invalid_timestamp", "invalid_date", "invalid_interval", "invalid_time",
      "invalid_uuid",   "invalid_bytea"};
  for (const RowError& error : rows.failures) {
    PACTOLUS_CHECK(std::find(kCodes.begin(), kCodes.end(), error.code) != kCodes.end(), error.code);
    PACTOLUS_CHECK(!error.message.empty());
  }
}

/// A decoder, and what it makes of two records that stand before and behind each that is tried.
class Subject {
 public:
  Subject(std::vector<SourceField> fields, JsonOptions options = {})
      : decoder_(make_json_decoder(std::move(fields), options)), neighbours_(decode({kBefore, kBehind})) {}

  DecodedRows decode(std::initializer_list<std::string_view> values) const {
    std::vector<RecordView> records(values.size());
    size_t row = 0;
    for (std::string_view value : values) records[row++].value = value;
    DecodedRows rows = decoder_->decode(records);
    check_failures(rows);
    return rows;
  }

  /// What becomes of the record: the same alone and between others, which it leaves alone.
  std::string outcome(std::string_view value) const {
    const std::string alone = shown(decode({value}), 0);
    const DecodedRows rows = decode({kBefore, value, kBehind});
    PACTOLUS_CHECK(shown(rows, 1) == alone, shown(rows, 1) + " instead of " + alone);
    PACTOLUS_CHECK(shown(rows, 0) == shown(neighbours_, 0) && shown(rows, 2) == shown(neighbours_, 1));
    return alone;
  }

 private:
  static constexpr std::string_view kBefore = R"({"i":1,"t":"before"})";
  static constexpr std::string_view kBehind = R"({"t":"behi\u006ed","o":{"deep":2}})";

  std::unique_ptr<const RecordDecoder> decoder_;
  DecodedRows neighbours_;
};

/// The first row as a sink would write it.
std::string written(const DecodedRows& rows) {
  static const JsonEncoder encoder = [] {
    std::vector<Field> schema;
    for (const SourceField& source : flat_fields()) schema.push_back({source.name, source.type, true});
    return JsonEncoder(Schema(std::move(schema)));
  }();
  std::string text;
  encoder.append_row(rows.columns, 0, text);
  return text;
}

void fuzz_value(std::string_view value) {
  static const Subject strict(nested_fields());
  static const Subject lenient(nested_fields(), {.strict = false});
  static const Subject bounded(nested_fields(), {.depth_max = 2, .record_bytes_max = 100});
  static const Subject required(without_null(nested_fields()));
  static const Subject flat(flat_fields());
  const std::string read = strict.outcome(value);
  if (is_row(read)) {
    PACTOLUS_CHECK(lenient.outcome(value) == read);
    PACTOLUS_CHECK(flat.outcome(written(strict.decode({value}))) == read);
  } else {
    lenient.outcome(value);
  }
  for (const Subject* stricter : {&bounded, &required}) {
    const std::string same = stricter->outcome(value);
    PACTOLUS_CHECK(!is_row(same) || same == read);
  }
}

/// One decoder for each type, of a header.
const std::vector<std::unique_ptr<const RecordDecoder>>& header_decoders() {
  static const std::vector<std::unique_ptr<const RecordDecoder>> instance = [] {
    std::vector<std::unique_ptr<const RecordDecoder>> decoders;
    for (TypeKind kind : kTypeKinds) {
      SourceField source = field("h", Type{kind});
      source.origin = SourceField::kHeader;
      decoders.push_back(make_json_decoder({source}));
    }
    return decoders;
  }();
  return instance;
}

/// The bytes where a type alone says how they are read.
void fuzz_header(std::string_view text) {
  const HeaderView header{"h", text};
  RecordView record;
  record.headers = std::span(&header, 1);
  for (const auto& decoder : header_decoders()) check_failures(decoder->decode({&record, 1}));
}

}  // namespace
}  // namespace pactolus

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  pactolus::fuzz_value(text);
  pactolus::fuzz_header(text);
  return 0;
}
