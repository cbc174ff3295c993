#include "data/codecs/batch_text.h"

#include <cstring>

namespace pactolus {
namespace {

constexpr size_t kPaddingBytes = 64;  // SIMDJSON_PADDING, asserted where it is used

size_t size_for(std::span<const RecordView> records) {
  size_t bytes = kPaddingBytes;
  for (const RecordView& record : records) bytes += record.value ? record.value->size() + 1 : 1;
  return bytes;
}

}  // namespace

BatchText::BatchText(std::span<const RecordView> records)
    : bytes_size_(size_for(records)), bytes_(std::make_unique_for_overwrite<char[]>(bytes_size_)) {
  values_.reserve(records.size());
  char* next = bytes_.get();
  for (const RecordView& record : records) {
    size_t size = record.value ? record.value->size() : 0;
    if (size > 0) std::memcpy(next, record.value->data(), size);
    next[size] = '\0';
    values_.emplace_back(next, size);
    next += size + 1;
  }
  std::memset(next, 0, kPaddingBytes);
}

}  // namespace pactolus
