#pragma once

#include <memory>
#include <string_view>

#include "data/codecs/decoded_batch.h"
#include "data/codecs/json_decoder.h"
#include "data/codecs/json_fields.h"

namespace pactolus {

/// Walks the JSON texts of one batch and puts the fields' values into it. Holds simdjson's buffers. Threads:
/// one.
class JsonWalker {
 public:
  /// All outlive the walker.
  JsonWalker(const JsonFields& fields, const JsonOptions& options, DecodedBatch& batch);
  ~JsonWalker();

  /// `capacity` bytes may be read from the text's begin on: at least 64 more than it has.
  void decode(std::string_view text, size_t capacity, size_t row);

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace pactolus
