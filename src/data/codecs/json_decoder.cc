#include "data/codecs/json_decoder.h"

#include <deque>
#include <optional>

#include "data/codecs/batch_text.h"
#include "data/codecs/decoded_batch.h"
#include "data/codecs/json_encoder.h"
#include "data/codecs/json_fields.h"
#include "data/codecs/json_walker.h"

namespace pactolus {
namespace {

/// Reads the primary keys of a table's deletions, which stand in the records' keys. Immutable.
class DeletionKeys {
 public:
  DeletionKeys(const DecodedFields& fields, std::vector<size_t> primary_key)
      : primary_key_(std::move(primary_key)), tree_(fields, primary_key_) {
    if (tree_.leaf_count() == 0 || primary_key_.size() > 1) return;
    for (const std::string& name : fields[primary_key_.front()]->source.path) {
      before_ += '{';
      append_json_string(name, before_);
      before_ += ':';
      after_ += '}';
    }
  }

  const std::vector<size_t>& primary_key() const { return primary_key_; }

  void decode(std::span<const RecordView> records, const JsonOptions& options, DecodedBatch& batch) const {
    if (tree_.leaf_count() == 0 || batch.deletions().empty()) return;
    std::vector<RecordView> documents;  // the keys that are JSON, as if they were values
    std::vector<uint32_t> rows;
    std::deque<std::string> wrapped;
    for (uint32_t row : batch.deletions()) {
      if (!records[row].key) {
        batch.fail(
            {row, "null_key", "a record without value deletes a row, but it has no key that says which"});
        continue;
      }
      std::string_view key = *records[row].key;
      const bool single = primary_key_.size() == 1;
      if (single && key.starts_with('"')) key = wrapped.emplace_back(before_ + std::string(key) + after_);
      if (key.starts_with('{')) {
        documents.push_back({.offset = {}, .timestamp = {}, .key = std::nullopt, .value = key});
        rows.push_back(row);
      } else if (single) {
        batch.decode_plain_text(primary_key_.front(), key, row);
      } else {
        batch.fail({row, "invalid_key", "the key of a record without value is no JSON object"});
      }
    }
    auto text = std::make_shared<const BatchText>(documents);
    batch.keep(text);
    JsonWalker walker(tree_, options, batch);
    for (size_t i = 0; i < rows.size(); ++i) walker.decode(text->value(i), text->capacity(i), rows[i]);
  }

 private:
  std::vector<size_t> primary_key_;
  JsonFields tree_;
  std::string before_;  // what makes an object of a single value
  std::string after_;
};

class JsonDecoder final : public RecordDecoder {
 public:
  JsonDecoder(std::vector<SourceField> fields, JsonOptions options, std::vector<size_t> primary_key)
      : options_(options) {
    for (SourceField& field : fields)
      fields_.push_back(std::make_shared<const DecodedField>(std::move(field)));
    tree_ = JsonFields(fields_);
    if (!primary_key.empty()) deletion_keys_.emplace(fields_, std::move(primary_key));
  }

  DecodedRows decode(std::span<const RecordView> records) const override {
    DecodedBatch batch(fields_, records.size());
    if (deletion_keys_) batch.expect_deletions(records, deletion_keys_->primary_key());
    batch.decode_metadata(records);
    if (tree_.leaf_count() > 0) decode_values(records, batch);
    if (deletion_keys_) deletion_keys_->decode(records, options_, batch);
    return batch.take();
  }

 private:
  void decode_values(std::span<const RecordView> records, DecodedBatch& batch) const {
    auto text = std::make_shared<const BatchText>(records);
    batch.keep(text);
    JsonWalker walker(tree_, options_, batch);
    for (size_t row = 0; row < records.size(); ++row) {
      if (records[row].value) {
        walker.decode(text->value(row), text->capacity(row), row);
      } else if (!deletion_keys_) {
        batch.fail({static_cast<uint32_t>(row), "null_value", "the record has no value"});
      }
    }
  }

  DecodedFields fields_;
  JsonFields tree_;
  JsonOptions options_;
  std::optional<DeletionKeys> deletion_keys_;  // of a table
};

}  // namespace

std::unique_ptr<const RecordDecoder> make_json_decoder(std::vector<SourceField> fields, JsonOptions options,
                                                       std::vector<size_t> primary_key) {
  return std::make_unique<JsonDecoder>(std::move(fields), options, std::move(primary_key));
}

}  // namespace pactolus
