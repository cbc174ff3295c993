#include "state/group_scan.h"

#include <algorithm>

#include "state/entry_key.h"
#include "state/row_image.h"

namespace pactolus {
namespace {

constexpr size_t kPrefetchAhead = 16;

}  // namespace

GroupScan::GroupScan(HotTable& window, std::optional<std::string> after)
    : window_(window), last_key_(std::move(after)) {
  index_memory();
  disk_done_ = window_.stored_only().rows == 0;
}

void GroupScan::index_memory() {
  memory_entries_ = window_.sorted_entries();
  memory_done_ = 0;
  if (last_key_) {
    const auto behind = std::ranges::upper_bound(*memory_entries_, *last_key_, {}, [&](const auto& place) {
      return window_.group_of(*place.item).key;
    });
    memory_done_ = static_cast<size_t>(behind - memory_entries_->begin());
  }
  evictions_ = window_.evictions();
}

std::span<const StateGroup> GroupScan::next(size_t groups_max) {
  if (evictions_ != window_.evictions()) {
    index_memory();
    disk_done_ = false;
  }
  disk_groups_.clear();
  if (!disk_done_) read_disk(groups_max);
  groups_.clear();
  size_t disk = 0;
  while (groups_.size() < groups_max) {
    bool memory_left = memory_done_ < memory_entries_->size();
    bool disk_left = disk < disk_groups_.size();
    if (!memory_left && !disk_left) break;
    StateGroup memory = memory_left ? group_in_memory() : StateGroup{};
    if (memory_left && (!disk_left || memory.key < disk_groups_[disk].key)) {
      groups_.push_back(memory);
      ++memory_done_;
    } else {
      groups_.push_back({disk_groups_[disk].key, disk_groups_[disk].row.data()});
      ++disk;
    }
  }
  if (disk < disk_groups_.size()) disk_done_ = false;
  disk_groups_.resize(disk);
  key_before_ = last_key_;
  if (!groups_.empty()) last_key_ = std::string(groups_.back().key);
  return groups_;
}

void GroupScan::give_back(size_t groups) {
  if (groups == 0) return;
  const size_t kept = groups_.size() - groups;
  size_t of_disk = disk_groups_.size();
  for (size_t i = groups_.size(); i > kept; --i) {
    const bool is_of_disk = of_disk > 0 && groups_[i - 1].row == disk_groups_[of_disk - 1].row.data();
    if (is_of_disk) {
      --of_disk;
      disk_done_ = false;
    } else {
      --memory_done_;
    }
  }
  last_key_ = kept > 0 ? std::optional(std::string(groups_[kept - 1].key)) : key_before_;
  groups_.resize(kept);
}

std::optional<std::pair<std::string_view, std::string_view>> GroupScan::first_and_last_key() const {
  const bool is_whole = evictions_ == window_.evictions() && window_.stored_only().rows == 0;
  if (!is_whole || memory_entries_->empty()) return std::nullopt;
  return std::pair(window_.group_of(*memory_entries_->front().item).key,
                   window_.group_of(*memory_entries_->back().item).key);
}

/// In the order of the keys, they lie all over memory.
StateGroup GroupScan::group_in_memory() const {
  size_t soon = memory_done_ + kPrefetchAhead;
  if (soon < memory_entries_->size()) window_.prefetch(*(*memory_entries_)[soon].item);
  return window_.group_of(*(*memory_entries_)[memory_done_].item);
}

/// The next groups of which memory knows nothing.
void GroupScan::read_disk(size_t groups_max) {
  const StoredWindow& stored = window_.stored();
  std::string from = stored.prefix;
  if (last_key_) append_entry_key(false, {.group = *last_key_}, from);
  disk_done_ = true;
  disk_groups_.reserve(groups_max);  // rows point into their images: these must not move
  stored.access->scan(
      from, end_of_prefix(stored.prefix), [&](std::string_view disk_key, std::string_view image) {
        auto key = decode_entry_key(false, disk_key.substr(stored.prefix.size()));
        bool fine = key && key->part == 0;
        if (!fine)
          stored.access->fail(Error{"malformed key on disk of step `" + window_.layout().step() + "`"});
        if (!fine || key->group == last_key_ || window_.knows(key->group)) return fine;
        if (disk_groups_.size() == groups_max) {
          disk_done_ = false;
          return false;
        }
        DiskGroup& group =
            disk_groups_.emplace_back(DiskGroup{std::string(key->group), std::string(image),
                                                std::vector<std::byte>(window_.layout().row_size())});
        if (view_row_image(window_.layout(), group.image, group.row.data())) return true;
        stored.access->fail(Error{"malformed row on disk of step `" + window_.layout().step() + "`"});
        disk_groups_.pop_back();
        return false;
      });
}

}  // namespace pactolus
