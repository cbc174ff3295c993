#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/types.h"
#include "state/state_store.h"

namespace pactolus {

/// What a join remembers of a table: images of its rows, by primary key. Threads: the task's.
class TableRows {
 public:
  virtual ~TableRows() = default;

  /// A row of the table, or its deletion.
  struct Row {
    std::string_view key;
    EventTime time;
    std::optional<std::string_view> image;  // none: it is deleted
  };
  /// Rows come, in this order. Each fits an entry.
  virtual void put(std::span<const Row> rows) = 0;

  /// Whose row is wanted, and as of when.
  struct Lookup {
    std::string_view key;
    EventTime time;
  };
  /// The images of all these; none: the table has no such row. Valid until the next put().
  virtual void find(std::span<const Lookup> wanted, std::span<std::optional<std::string_view>> images) = 0;

  /// Nobody asks for times before this any more, unless it goes back with a rollback.
  virtual void set_oldest(EventTime) {}
};

}  // namespace pactolus
