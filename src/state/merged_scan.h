#pragma once

#include <compare>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "state/group_scan.h"

namespace pactolus {

/// Walks the groups of several windows together, in the order of their keys. Between two groups, after
/// pause(), the windows may be committed, checkpointed and evicted from, but not changed. Borrows the
/// windows. Threads: the task's.
class MergedScan {
 public:
  /// Before the first next(): one of the windows. `suffix` is behind each of its keys.
  void add(HotTable& window, std::string_view suffix);
  /// Before the first next(): keys up to this one are left out.
  void begin_after(std::string key) { after_ = std::move(key); }

  /// Goes to the next group. False: there is none.
  bool next();
  /// Of the group. Valid until next() or pause(), as its rows are.
  std::string_view key() const { return current_.front()->key; }
  /// In each window that has the group, in the order in which the windows were added.
  std::span<const std::byte* const> rows() const { return rows_; }
  /// There is none behind the group.
  bool done();
  void pause();

 private:
  struct Source {
    GroupScan scan;
    std::string suffix;
    size_t number;
    std::span<const StateGroup> groups = {};  // that it gave last
    size_t place = 0;                         // of them, the next
    std::string_view key = {};                // of that, with the suffix
    uint64_t prefix = 0;                      // of the key, as in KeyPlace
    std::string with_suffix = {};
  };
  /// What a key begins with behind what all share, and whether that is all of it.
  std::strong_ordering compare(const Source& a, const Source& b) const;
  /// Orders a heap whose first source is the next.
  auto comes_later() const {
    return [this](const Source* a, const Source* b) {
      const auto order = compare(*a, *b);
      return order != 0 ? order > 0 : a->number > b->number;
    };
  }
  size_t shared_bytes() const;
  void begin();
  void leave_group();
  bool advance(Source& source);
  void push(Source& source);
  Source& pop();

  std::deque<Source> sources_;
  std::optional<std::string> after_;
  bool begun_ = false;
  size_t shared_bytes_ = 0;       // that all keys begin with
  std::vector<Source*> heap_;     // that have more groups
  std::vector<Source*> current_;  // that have the group
  std::vector<const std::byte*> rows_;
};

}  // namespace pactolus
