#include "data/codecs/json_decoder.h"

#include "data/codecs/batch_text.h"
#include "data/codecs/decoded_batch.h"
#include "data/codecs/json_fields.h"
#include "data/codecs/json_walker.h"

namespace pactolus {
namespace {

class JsonDecoder final : public RecordDecoder {
 public:
  JsonDecoder(std::vector<SourceField> fields, JsonOptions options) : options_(options) {
    for (SourceField& field : fields)
      fields_.push_back(std::make_shared<const DecodedField>(std::move(field)));
    tree_ = JsonFields(fields_);
  }

  DecodedRows decode(std::span<const RecordView> records) const override {
    DecodedBatch batch(fields_, records.size());
    batch.decode_metadata(records);
    if (tree_.leaf_count() > 0) decode_values(records, batch);
    return batch.take();
  }

 private:
  void decode_values(std::span<const RecordView> records, DecodedBatch& batch) const {
    auto text = std::make_shared<const BatchText>(records);
    batch.keep(text);
    JsonWalker walker(tree_, options_, batch);
    for (size_t row = 0; row < records.size(); ++row) {
      if (!records[row].value) {
        batch.fail({static_cast<uint32_t>(row), "null_value", "the record has no value"});
      } else {
        walker.decode(text->value(row), text->capacity(row), row);
      }
    }
  }

  DecodedFields fields_;
  JsonFields tree_;
  JsonOptions options_;
};

}  // namespace

std::unique_ptr<const RecordDecoder> make_json_decoder(std::vector<SourceField> fields, JsonOptions options) {
  return std::make_unique<JsonDecoder>(std::move(fields), options);
}

}  // namespace pactolus
