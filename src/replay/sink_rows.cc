#include "replay/sink_rows.h"

#include <algorithm>

#include "data/codecs/json_decoder.h"

namespace pactolus {
namespace {

std::vector<SourceField> fields_of(const Schema& schema) {
  std::vector<SourceField> fields;
  for (const Field& field : schema.fields()) {
    SourceField& read = fields.emplace_back();
    read.name = field.name;
    read.type = field.type;
    read.nullable = true;
  }
  return fields;
}

/// Of a key that is one column as text: the other columns are read from where nothing stands.
std::unique_ptr<const RecordDecoder> make_text_key_decoder(const SinkPlan& sink) {
  std::vector<SourceField> fields = fields_of(sink.schema);
  for (SourceField& field : fields) field.origin = SourceField::kHeader;
  fields[sink.key_columns.front()].origin = SourceField::kKey;
  return make_json_decoder(std::move(fields));
}

/// Decodes one kind of records and puts their rows where they belong.
class RowsReader {
 public:
  RowsReader(const SinkPlan& sink, std::vector<ArrivedCells>& rows) : sink_(sink), rows_(rows) {}

  Result<void> read(const RecordDecoder& decoder, std::span<const RecordView> records,
                    std::span<const size_t> places) {
    DecodedRows decoded = decoder.decode(records);
    if (!decoded.failures.empty()) {
      const RowError& error = decoded.failures.front();
      return Error{"a record of sink `" + sink_.name + "` is not what its columns say: " + error.message};
    }
    for (size_t i = 0; i < places.size(); ++i) {
      for (const ColumnPtr& column : decoded.columns) rows_[places[i]].push_back(cell_of(*column, i));
    }
    return {};
  }

 private:
  const SinkPlan& sink_;
  std::vector<ArrivedCells>& rows_;
};

}  // namespace

Result<std::vector<ArrivedCells>> rows_of_sink(const SinkPlan& sink, std::span<const OwnedRecord> records) {
  std::vector<RecordView> values;
  std::vector<size_t> value_places;
  std::vector<RecordView> tombstones;
  std::vector<size_t> tombstone_places;
  bool key_is_text = sink.key_columns.size() == 1;
  for (size_t i = 0; i < records.size(); ++i) {
    const OwnedRecord& record = records[i];
    bool is_tombstone = !record.value;
    RecordView view{record.offset, record.timestamp, record.key, record.value, {}};
    if (is_tombstone && !key_is_text) view.value = record.key;  // the key is an object like a value
    (is_tombstone ? tombstones : values).push_back(view);
    (is_tombstone ? tombstone_places : value_places).push_back(i);
  }
  std::vector<ArrivedCells> rows(records.size());
  RowsReader reader(sink, rows);
  auto value_decoder = make_json_decoder(fields_of(sink.schema));
  PACTOLUS_TRY(reader.read(*value_decoder, values, value_places));
  if (tombstones.empty()) return rows;
  auto key_decoder = key_is_text ? make_text_key_decoder(sink) : nullptr;
  PACTOLUS_TRY(reader.read(key_is_text ? *key_decoder : *value_decoder, tombstones, tombstone_places));
  return rows;
}

}  // namespace pactolus
