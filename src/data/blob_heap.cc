#include "data/blob_heap.h"

#include <cstring>

namespace pactolus {

BlobRef BlobHeap::store(std::string_view bytes) {
  BlobRef blob = adopt(bytes);
  if (blob.size > 0) stored_.push_back(blob);
  return blob;
}

BlobRef BlobHeap::adopt(std::string_view bytes) {
  if (bytes.empty()) return {"", 0};  // distinct from none: its data is not null
  char* data = new char[bytes.size()];
  std::memcpy(data, bytes.data(), bytes.size());
  bytes_ += bytes.size();
  return {data, bytes.size()};
}

void BlobHeap::discard(BlobRef blob) {
  if (blob.size > 0) free(blob);
}

void BlobHeap::release(BlobRef blob) {
  if (blob.size > 0) released_.push_back(blob);
}

void BlobHeap::commit() {
  for (BlobRef blob : released_) free(blob);
  released_.clear();
  stored_.clear();
}

void BlobHeap::rollback() {
  for (BlobRef blob : stored_) free(blob);
  stored_.clear();
  released_.clear();
}

void BlobHeap::free(BlobRef blob) {
  bytes_ -= blob.size;
  delete[] blob.data;
}

}  // namespace pactolus
