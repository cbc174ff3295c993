#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "state/changelog.h"
#include "state/changelog_order.h"
#include "state/epoch_record.h"
#include "state/layout.h"

namespace pactolus {

/// The state that a task's changelog tells of, without the task: for looking at it. Fed with the values of
/// the committed records of one partition, from the log's start. A value.
class ChangelogFold {
 public:
  struct Entry {
    uint64_t layout_hash = 0;  // that the image was written with
    std::string image;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;  // by entry key (entry_key.h)

  Result<void> apply(std::string_view record_value);
  /// Error: what was read is not a whole state.
  Result<void> check_whole() const;

  /// Of the last transaction; none: there was none.
  const std::optional<EpochRecord>& epoch() const { return epoch_; }
  uint64_t sequence() const { return order_.sequence(); }
  /// The entries of a step's table; nullptr: the task never had it.
  const Entries* find(const std::string& step, const std::string& table) const;
  /// The tables of a step, by name; some may have no entries.
  std::vector<std::string> tables(const std::string& step) const;
  /// The layout of a hash; nullptr: unknown.
  const TableLayout* layout(uint64_t hash) const;

 private:
  Result<void> apply_layouts(std::string_view body);
  Result<void> apply_block(std::string_view body);

  std::map<std::pair<std::string, std::string>, Entries> tables_;
  std::map<uint64_t, TableLayout> layouts_;
  std::optional<EpochRecord> epoch_;
  ChangelogOrder order_;
};

}  // namespace pactolus
