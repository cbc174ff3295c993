#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "data/blob_heap.h"
#include "state/layout.h"

namespace pactolus {

/// A state row as bytes for the changelog and the disk: the fixed row, each BlobRef replaced by (presence as
/// u64, size as u64), then the blobs' bytes in their order.
void append_row_image(const TableLayout& layout, const std::byte* row, std::string& out);

/// The other way: writes the row (layout.row_size() bytes); its blobs point into `image`. False: malformed.
bool view_row_image(const TableLayout& layout, std::string_view image, std::byte* row);

/// Turns images written with one layout into rows of another, matching fields by name. Made once per pair of
/// layouts.
class RowMapping {
 public:
  RowMapping(const TableLayout& from, const TableLayout& to);
  /// Why state of `from` can't become state of `to`, with the way out; empty: it can.
  const std::string& refusal() const { return refusal_; }
  /// Writes the row (to.row_size() bytes), storing blobs in `heap`. False: the image is malformed.
  bool read(std::string_view image, std::byte* row, BlobHeap& heap) const;

 private:
  struct Copy {
    uint32_t from;
    uint32_t to;
    uint32_t size;
  };

  uint32_t from_size_;
  uint32_t to_size_;
  std::vector<uint32_t> from_blobs_;
  std::vector<uint32_t> to_blobs_;  // for each of from_blobs_, where it goes; kDropped: nowhere
  std::vector<Copy> copies_;
  std::string refusal_;
  static constexpr uint32_t kDropped = UINT32_MAX;
};

}  // namespace pactolus
