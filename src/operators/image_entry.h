#pragma once

#include <cstddef>
#include <string_view>

#include "aggregates/stored_value.h"
#include "state/hot_table.h"

namespace pactolus {

/// Entries of the state that hold bytes which are read and written as a whole, such as a row as RowCodec
/// writes it: in the first field of each.

/// Of an entry; valid until it changes.
inline std::string_view image_of(const std::byte* entry) {
  return reinterpret_cast<const BlobRef*>(entry)->view();
}

/// Into an entry of the table, in the place of what is there.
inline void put_image(HotTable& table, std::byte* entry, std::string_view image) {
  replace<std::string_view>(*reinterpret_cast<BlobRef*>(entry), image, table.heap());
}

/// The same by its key; the entry is made if there is none. Gives it.
inline std::byte* put_image(HotTable& table, std::string_view key, std::string_view image) {
  std::byte* entry = table.touch(key);
  put_image(table, entry, image);
  return entry;
}

}  // namespace pactolus
