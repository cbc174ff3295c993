#include "operators/tables/remembered_rows.h"

#include <cstring>
#include <memory>
#include <utility>

#include "base/check.h"
#include "data/gathered.h"
#include "operators/state_names.h"

namespace pactolus {

StateField row_field(const Schema& rows) {
  std::string kind(kRowKind);
  for (const Field& field : rows.fields()) kind += ", " + field.name + " " + to_string(field.type);
  return {"row", std::move(kind), 1, sizeof(BlobRef), {0}};
}

std::string_view image_of(const std::byte* entry) {
  BlobRef image;
  std::memcpy(&image, entry, sizeof image);
  return image.view();
}

std::byte* put_image(HotTable& table, std::string_view key, std::string_view image) {
  std::byte* entry = table.touch(key);
  BlobRef blob;
  std::memcpy(&blob, entry, sizeof blob);
  if (blob.data != nullptr) table.heap().release(blob);
  blob = table.heap().store(image);
  std::memcpy(entry, &blob, sizeof blob);
  return entry;
}

void ChangesOfRows::add(Change change, std::string_view image, uint32_t cause) {
  kinds_.push_back(change);
  images_.emplace_back(image);
  causes_.push_back(cause);
}

ColumnBatch ChangesOfRows::take(const ColumnBatch& batch) {
  auto images = std::make_shared<std::vector<std::string>>(std::move(images_));
  const std::vector<std::string_view> views(images->begin(), images->end());
  DecodedRows rows = codec_.decode(views, images);
  PACTOLUS_CHECK(rows.failures.empty(), "a row of a table cannot be read");
  ColumnBatch result{&rows_, std::move(rows.columns), nullptr, {}};
  for (uint32_t row = 0; row < kinds_.size(); ++row) result.selection.push_back(row);
  auto system = gathered_system(*batch.system, causes_);
  system->change = std::move(kinds_);
  result.system = std::move(system);
  kinds_.clear();
  images_.clear();
  causes_.clear();
  return result;
}

void ChangesOfRows::emit(const ColumnBatch& batch, OperatorOutput& out) {
  if (size() > 0) out.emit(take(batch));
}

}  // namespace pactolus
