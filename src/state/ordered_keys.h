#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

namespace pactolus {

/// Up or down in the order of keys.
enum class KeyDirection : uint8_t { kUp, kDown };

/// Keys of a table in their order, for those who look for a key's neighbours: kept only once it was asked
/// for. Borrows the keys' bytes. Threads: the table's.
class OrderedKeys {
 public:
  bool kept() const { return kept_; }
  void keep() { kept_ = true; }
  void forget() {
    keys_.clear();
    kept_ = false;
  }
  void add(std::string_view key) {
    if (kept_) keys_.insert(key);
  }
  void remove(std::string_view key) {
    if (kept_) keys_.erase(key);
  }
  /// The key next to `key`, which need not be there.
  std::optional<std::string_view> next_to(std::string_view key, KeyDirection direction) const {
    if (direction == KeyDirection::kUp) {
      auto above = keys_.upper_bound(key);
      return above == keys_.end() ? std::nullopt : std::optional(*above);
    }
    auto below = keys_.lower_bound(key);
    return below == keys_.begin() ? std::nullopt : std::optional(*--below);
  }
  /// About what it takes of memory.
  uint64_t bytes() const {
    constexpr uint64_t kNodeBytes = 64;  // four words of a red-black tree's node, the view, and malloc's
    return keys_.size() * kNodeBytes;
  }

 private:
  bool kept_ = false;
  std::set<std::string_view> keys_;
};

}  // namespace pactolus
