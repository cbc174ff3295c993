#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "state/changelog.h"

namespace pactolus {

/// Whether the records of a changelog partition follow each other as they were written, and make up a whole
/// state: told of each record's header, in order. A value.
class ChangelogOrder {
 public:
  /// Goes on behind a transaction whose state is known; `awaited_round`: what awaited_round() was then.
  void begin_behind(uint64_t sequence, std::optional<uint32_t> awaited_round);
  /// Error: something is missing before the record, or repeated.
  Result<void> follow(const ChangelogHeader& header);

  /// Records of a transaction have come, but not its epoch record.
  bool amid_transaction() const { return amid_transaction_; }
  /// The log begins with this round, whose end has not come: until then it is not the whole state.
  std::optional<uint32_t> awaited_round() const { return awaited_round_; }
  bool is_whole() const { return !amid_transaction_ && !awaited_round_; }
  /// All that was there before the transaction that is being applied has come. Without the end of the log's
  /// first round, some of it may come yet.
  bool is_base_whole() const { return base_whole_; }
  /// Of the last transaction of which the epoch record has come; 0: none has.
  uint64_t sequence() const { return sequence_; }

 private:
  Result<void> begin_with(const ChangelogHeader& header);

  bool begun_ = false;
  bool amid_transaction_ = false;
  bool base_whole_ = false;
  uint64_t sequence_ = 0;
  std::optional<uint32_t> awaited_round_;
};

}  // namespace pactolus
