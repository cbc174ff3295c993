#include "state/row_image.h"

#include <cstring>

#include "base/bytes.h"

namespace pactolus {
namespace {

constexpr uint64_t kPresent = 1;

const StateField* find_field(const TableLayout& layout, const std::string& name, size_t* index) {
  for (size_t i = 0; i < layout.fields().size(); ++i) {
    if (layout.fields()[i].name == name) {
      *index = i;
      return &layout.fields()[i];
    }
  }
  return nullptr;
}

bool may_be_absent(const StateField& field, const TableLayout& from) {
  size_t index = 0;
  return !field.absent_with.empty() && find_field(from, field.absent_with, &index) == nullptr;
}

std::string refuse(const TableLayout& to, const std::string& reason) {
  return "state of step `" + to.step() + "` cannot be kept: " + reason + "; way out: `pactolus state reset " +
         to.step() + "`, or give the changed step a new name";
}

}  // namespace

void append_row_image(const TableLayout& layout, const std::byte* row, std::string& out) {
  size_t begin = out.size();
  out.append(reinterpret_cast<const char*>(row), layout.row_size());
  for (uint32_t offset : layout.blob_offsets()) {
    BlobRef blob;
    std::memcpy(&blob, row + offset, sizeof blob);
    uint64_t presence = blob.data == nullptr ? 0 : kPresent;
    std::memcpy(out.data() + begin + offset, &presence, sizeof presence);
    out.append(blob.view());
  }
}

bool view_row_image(const TableLayout& layout, std::string_view image, std::byte* row) {
  ByteReader in(image);
  std::string_view fixed = in.raw(layout.row_size());
  if (in.failed()) return false;
  std::memcpy(row, fixed.data(), fixed.size());
  for (uint32_t offset : layout.blob_offsets()) {
    uint64_t presence_and_size[2];
    std::memcpy(presence_and_size, fixed.data() + offset, sizeof presence_and_size);
    std::string_view bytes = in.raw(presence_and_size[1]);
    if (in.failed() || presence_and_size[0] > kPresent) return false;
    BlobRef blob = presence_and_size[0] == kPresent ? BlobRef{bytes.data(), bytes.size()} : BlobRef{};
    std::memcpy(row + offset, &blob, sizeof blob);
  }
  return in.at_end();
}

RowMapping::RowMapping(const TableLayout& from, const TableLayout& to)
    : from_size_(from.row_size()), to_size_(to.row_size()), from_blobs_(from.blob_offsets()) {
  to_blobs_.assign(from_blobs_.size(), kDropped);
  if (from.windowed() != to.windowed() || from.key() != to.key()) {
    refusal_ = refuse(to, "its grouping has changed");
    return;
  }
  for (size_t i = 0; i < to.fields().size(); ++i) {
    const StateField& wanted = to.fields()[i];
    size_t index = 0;
    const StateField* found = find_field(from, wanted.name, &index);
    if (found == nullptr) {
      if (may_be_absent(wanted, from)) continue;
      refusal_ = refuse(to, "`" + wanted.name + "` is new and groups that exist have no value for it");
    } else if (*found != wanted) {
      const auto described = [&](const StateField& field) {
        return field.kind +
               (found->version == wanted.version ? "" : " version " + std::to_string(field.version));
      };
      refusal_ =
          refuse(to, "`" + wanted.name + "` was " + described(*found) + " and is " + described(wanted));
    }
    if (!refusal_.empty()) return;
    copies_.push_back({from.field_offset(index), to.field_offset(i), wanted.size});
    for (size_t b = 0; b < from_blobs_.size(); ++b) {
      uint32_t within = from_blobs_[b] - from.field_offset(index);
      bool of_this_field = from_blobs_[b] >= from.field_offset(index) && within < wanted.size;
      if (of_this_field) to_blobs_[b] = to.field_offset(i) + within;
    }
  }
}

bool RowMapping::read(std::string_view image, std::byte* row, BlobHeap& heap) const {
  ByteReader in(image);
  std::string_view fixed = in.raw(from_size_);
  if (in.failed()) return false;
  std::memset(row, 0, to_size_);
  for (const Copy& copy : copies_) std::memcpy(row + copy.to, fixed.data() + copy.from, copy.size);
  for (size_t b = 0; b < from_blobs_.size(); ++b) {
    uint64_t presence_and_size[2];
    std::memcpy(presence_and_size, fixed.data() + from_blobs_[b], sizeof presence_and_size);
    std::string_view bytes = in.raw(presence_and_size[1]);
    if (in.failed() || presence_and_size[0] > kPresent) return false;
    if (to_blobs_[b] == kDropped) continue;
    BlobRef blob = presence_and_size[0] == kPresent ? heap.store(bytes) : BlobRef{};
    std::memcpy(row + to_blobs_[b], &blob, sizeof blob);
  }
  return in.at_end();
}

}  // namespace pactolus
