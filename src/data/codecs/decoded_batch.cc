#include "data/codecs/decoded_batch.h"

#include <simdjson.h>

#include <algorithm>

#include "base/check.h"
#include "data/codecs/scalar_decoder.h"
#include "data/copy_slot.h"
#include "data/text_format.h"

namespace pactolus {
namespace {

std::shared_ptr<const Column> read_default(const SourceField& source) {
  if (!source.default_text) return nullptr;
  auto column = make_column(source.type, 1);
  auto memory = std::make_shared<Arena>();
  auto status = parse_value(*source.default_text, *column, 0, *memory);
  column->keep(std::move(memory));
  PACTOLUS_CHECK(status.ok(), status.ok() ? "" : status.error().message);
  return column;
}

/// The last header of that name; none: missing.
const HeaderView* find_header(std::span<const HeaderView> headers, std::string_view name) {
  const HeaderView* found = nullptr;
  for (const HeaderView& header : headers) {
    if (header.name == name) found = &header;
  }
  return found;
}

}  // namespace

DecodedField::DecodedField(SourceField field)
    : source(std::move(field)), default_value(read_default(source)) {
  if (source.path.empty()) source.path = {source.name};
  if (source.header.empty()) source.header = source.name;
  bool timestamp = source.origin == SourceField::kTimestamp;
  PACTOLUS_CHECK(!timestamp || source.type.kind == TypeKind::kTimestamptz,
                 "a record's timestamp is a timestamptz");
  if (!is_array(source.type.kind)) return;
  element.emplace();
  element->name = source.name;
  element->type = element_of(source.type);
  element->characters_max = source.characters_max;
}

DecodedBatch::DecodedBatch(const DecodedFields& fields, size_t rows) : fields_(fields) {
  columns_.reserve(fields.size());
  for (const auto& field : fields) {
    auto column = make_column(field->source.type, rows);
    if (holds_bytes(field->source.type.kind)) {
      column->keep(texts_);
      if (field->default_value) column->keep(field);
    }
    columns_.push_back(std::move(column));
  }
}

void DecodedBatch::expect_deletions(std::span<const RecordView> records,
                                    const std::vector<size_t>& primary_key) {
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!records[row].value) deletions_.push_back(row);
  }
  if (deletions_.empty()) return;
  needed_in_deletion_.assign(fields_.size(), false);
  for (size_t index : primary_key) needed_in_deletion_[index] = true;
  for (size_t index = 0; index < fields_.size(); ++index) {
    if (needed_in_deletion_[index] || field(index).origin != SourceField::kValue) continue;
    for (uint32_t row : deletions_) column(index).set_null(row);
  }
}

bool DecodedBatch::is_needed(size_t index, size_t row) const {
  if (deletions_.empty() || needed_in_deletion_[index]) return true;
  return !std::ranges::binary_search(deletions_, static_cast<uint32_t>(row));
}

void DecodedBatch::set_absent(size_t index, size_t row, bool null) {
  if (!is_needed(index, row)) {
    column(index).set_null(row);
  } else if (fields_[index]->default_value) {
    copy_slot(*fields_[index]->default_value, 0, column(index), row);
  } else if (field(index).nullable) {
    column(index).set_null(row);
  } else {
    fail(absent_error(field(index), null, row));
  }
}

void DecodedBatch::decode_metadata(std::span<const RecordView> records) {
  for (size_t i = 0; i < fields_.size(); ++i) {
    switch (field(i).origin) {
      case SourceField::kHeader:
        decode_header(i, records);
        break;
      case SourceField::kKey:
        decode_key(i, records);
        break;
      case SourceField::kTimestamp: {
        int64_t* slots = column(i).values_of<TypeKind::kTimestamptz>();
        for (size_t row = 0; row < records.size(); ++row) slots[row] = records[row].timestamp.micros();
        break;
      }
      case SourceField::kValue:
        break;
    }
  }
}

void DecodedBatch::decode_header(size_t index, std::span<const RecordView> records) {
  for (size_t row = 0; row < records.size(); ++row) {
    const HeaderView* header = find_header(records[row].headers.get(), field(index).header);
    if (header != nullptr && header->value) {
      decode_plain_text(index, *header->value, row);
    } else {
      set_absent(index, row, header != nullptr);
    }
  }
}

void DecodedBatch::decode_key(size_t index, std::span<const RecordView> records) {
  for (size_t row = 0; row < records.size(); ++row) {
    if (records[row].key) {
      decode_plain_text(index, *records[row].key, row);
    } else {
      set_absent(index, row, true);
    }
  }
}

void DecodedBatch::decode_plain_text(size_t index, std::string_view text, size_t row) {
  const SourceField& source = field(index);
  if (!simdjson::validate_utf8(text)) {
    fail({static_cast<uint32_t>(row), "invalid_utf8", "field `" + source.name + "`: not valid UTF-8"});
    return;
  }
  if (is_string(source.type.kind)) text = texts_->copy(text);
  ScalarStatus status = decode_plain(source, text, column(index), row, *texts_);
  if (status != ScalarStatus::kOk) fail(scalar_error(source, status, text, row));
}

void DecodedBatch::keep(const std::shared_ptr<const void>& memory) {
  for (auto& column : columns_) {
    if (holds_bytes(column->type().kind)) column->keep(memory);
  }
}

DecodedRows DecodedBatch::take() {
  DecodedRows result;
  result.columns.assign(columns_.begin(), columns_.end());
  result.failures = errors_.take();
  result.deletions = std::move(deletions_);
  return result;
}

}  // namespace pactolus
