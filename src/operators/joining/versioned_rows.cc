#include "operators/joining/versioned_rows.h"

#include <cstring>

#include "data/key_encoding.h"
#include "operators/state_names.h"

namespace pactolus {
namespace {

TableLayout layout_of(const std::string& step, const Schema& key) {
  std::vector<Field> fields = key.fields();
  fields.push_back({"time", kTimestamptzType, false});
  StateField time{"time", std::string(kTimeKind), 1, sizeof(int64_t), {}};
  StateField row{"row", std::string(kRowKind), 1, sizeof(BlobRef), {0}};
  return {step, "versions", false, Schema(std::move(fields)), {std::move(time), std::move(row)}};
}

/// A version as it lies in the state.
struct Version {
  int64_t time;
  BlobRef image;  // none: the row is deleted
};
static_assert(sizeof(Version) == sizeof(int64_t) + sizeof(BlobRef));

Version version_in(const std::byte* row) {
  Version version;
  std::memcpy(&version, row, sizeof version);
  return version;
}

}  // namespace

VersionedRows::VersionedRows(const std::string& step, const Schema& key, std::optional<Duration> age_max,
                             StateStore& state)
    : age_max_(age_max), table_(state.declare(layout_of(step, key))) {}

void VersionedRows::put(std::span<const Row> rows) {
  HotTable& table = table_.running();
  for (const Row& row : rows) {
    std::byte* state = table.touch(key_at(row.key, row.time));
    Version version = version_in(state);
    if (version.image.data != nullptr) table.heap().release(version.image);
    version = {row.time.micros(), row.image ? table.heap().store(*row.image) : BlobRef{}};
    std::memcpy(state, &version, sizeof version);
    forget_old(row.key);
  }
}

/// Of the versions up to the oldest time that is asked for only the last is needed.
void VersionedRows::forget_old(std::string_view key) {
  if (oldest_ == EventTime::min()) return;
  HotTable& table = table_.running();
  while (true) {
    const auto first = table.neighbour(key, key, KeyDirection::kUp);
    const auto second = table.neighbour(first->key, key, KeyDirection::kUp);
    if (!second || EventTime{version_in(second->row).time} > oldest_) return;
    table.erase(std::string(first->key));
  }
}

void VersionedRows::find(std::span<const Lookup> wanted, std::span<std::optional<std::string_view>> images) {
  for (size_t i = 0; i < wanted.size(); ++i) {
    images[i].reset();
    const std::byte* row = version_at(wanted[i].key, wanted[i].time);
    if (row == nullptr) continue;
    const Version version = version_in(row);
    const bool too_old = age_max_ && wanted[i].time - EventTime{version.time} > *age_max_;
    if (version.image.data != nullptr && !too_old) images[i] = version.image.view();
  }
}

/// The key's last version up to `time`; nullptr: there is none.
const std::byte* VersionedRows::version_at(std::string_view key, EventTime time) {
  HotTable& table = table_.running();
  const std::string_view at = key_at(key, time);
  if (const std::byte* row = table.find(at)) return row;
  const auto before = table.neighbour(at, key, KeyDirection::kDown);
  return before ? before->row : nullptr;
}

/// Valid until the next call.
std::string_view VersionedRows::key_at(std::string_view key, EventTime time) {
  time_.values_of<TypeKind::kTimestamptz>()[0] = time.micros();
  key_.assign(key);
  append_key_value(time_, 0, key_);
  return key_;
}

}  // namespace pactolus
