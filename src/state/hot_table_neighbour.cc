// HotTable's rows in the order of their keys, one at a time.
#include "state/entry_key.h"
#include "state/hot_table.h"

namespace pactolus {

std::optional<StateGroup> HotTable::neighbour(std::string_view key, std::string_view prefix,
                                              KeyDirection direction) {
  if (!order_.kept()) {
    order_.keep();
    for (const KeyPlace<const Entry>& place : *sorted_entries()) order_.add(key_of(*place.item));
  }
  for (std::string_view from = key;;) {
    std::optional<std::string_view> near = nearest_in_memory(from, prefix, direction);
    if (auto between = nearest_on_disk(from, near, prefix, direction)) {
      std::string_view found = *between;
      load({&found, 1});
      near = nearest_in_memory(from, prefix, direction);
    }
    if (!near) return std::nullopt;
    if (const std::byte* row = find(*near)) return StateGroup{*near, row};
    from = *near;  // it is gone
  }
}

void HotTable::erase_all(std::string_view prefix) {
  std::string key;
  for (auto found = neighbour(prefix, prefix, KeyDirection::kUp); found;
       found = neighbour(key, prefix, KeyDirection::kUp)) {
    key = found->key;
    erase(key);
  }
}

std::optional<std::string_view> HotTable::nearest_in_memory(std::string_view key, std::string_view prefix,
                                                            KeyDirection direction) const {
  auto near = order_.next_to(key, direction);
  return near && near->starts_with(prefix) ? near : std::nullopt;
}

/// The nearest key of which memory knows nothing, between `key` and the nearest in memory.
std::optional<std::string> HotTable::nearest_on_disk(std::string_view key,
                                                     std::optional<std::string_view> in_memory,
                                                     std::string_view prefix, KeyDirection direction) const {
  if (stored_only_.rows == 0) return std::nullopt;
  const std::string all = stored_window_.prefix + std::string(prefix);
  const bool up = direction == KeyDirection::kUp;
  auto behind = [this](std::string_view other) { return disk_key(other) + '\0'; };
  std::string from = up ? behind(key) : in_memory ? behind(*in_memory) : all;
  std::string until = !up ? disk_key(key) : in_memory ? disk_key(*in_memory) : end_of_prefix(all);
  std::optional<std::string> found;
  auto visit = [&](std::string_view disk_key, std::string_view) {
    auto entry = decode_entry_key(false, disk_key.substr(stored_window_.prefix.size()));
    if (!entry) {
      stored_window_.access->fail(Error{"malformed key on disk of step `" + layout_.step() + "`"});
      return false;
    }
    if (knows(entry->group)) return true;  // as one that is gone
    found = std::string(entry->group);
    return false;
  };
  if (up) {
    stored_window_.access->scan(from, until, visit);
  } else {
    stored_window_.access->scan_back(from, until, visit);
  }
  return found;
}

uint64_t HotTable::bytes() const {
  const uint64_t sorted = sorted_ == nullptr ? 0 : sorted_->capacity() * sizeof(SortedEntries::value_type);
  return chunk_bytes_ + slots_.size() * sizeof(uint64_t) + heap_.bytes() + order_.bytes() + sorted;
}

void HotTable::load(std::span<const std::string_view> keys) {
  if (stored_only_.rows > 0) load_missing(keys);
}

std::string HotTable::disk_key(std::string_view key) const {
  std::string full = stored_window_.prefix;
  append_entry_key(false, {.group = key}, full);
  return full;
}

}  // namespace pactolus
