#include "operators/tables/remembered_rows.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "data/gathered.h"
#include "operators/state_names.h"
#include "state/entry_key.h"

namespace pactolus {

StateField row_field(const Schema& rows) {
  std::string kind(kRowKind);
  for (const Field& field : rows.fields()) kind += ", " + field.name + " " + to_string(field.type);
  return {"row", std::move(kind), 1, sizeof(BlobRef), {0}};
}

std::optional<RowError> why_too_large(uint32_t row, std::string_view key, std::string_view image) {
  if (key.size() + image.size() + kEntryOverhead <= kEntryBytesMax) return std::nullopt;
  return RowError{row, "state_too_large",
                  "a row of a table that can be taken back has at most " +
                      std::to_string(kEntryBytesMax / 1024) + " KiB"};
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
