#pragma once

#include <string>

#include "data/column.h"
#include "operators/joining/table_rows.h"

namespace pactolus {

/// The rows of a table with their history, as of any time from the oldest that is asked for on. A version is
/// found by the order of the keys, primary key and time. Deletions are versions, too.
class VersionedRows final : public TableRows {
 public:
  /// `age_max`: a version is found only up to this long after its time; none: until the next one.
  VersionedRows(const std::string& step, const Schema& key, std::optional<Duration> age_max,
                StateStore& state);

  void put(std::span<const Row> rows) override;
  void find(std::span<const Lookup> wanted, std::span<std::optional<std::string_view>> images) override;
  void set_oldest(EventTime oldest) override { oldest_ = oldest; }

 private:
  std::string_view key_at(std::string_view key, EventTime time);
  const std::byte* version_at(std::string_view key, EventTime time);
  void forget_old(std::string_view key);

  std::optional<Duration> age_max_;
  StateTable& table_;
  EventTime oldest_ = EventTime::min();
  // Scratch of key_at().
  Column time_{kTimestamptzType, 1};
  std::string key_;
};

}  // namespace pactolus
