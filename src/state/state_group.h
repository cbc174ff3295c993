#pragma once

#include <cstddef>
#include <string_view>

namespace pactolus {

/// A group of a state table: its key and its row, which lie in the table or in a copy of what is on disk.
struct StateGroup {
  std::string_view key;
  const std::byte* row;
};

}  // namespace pactolus
