#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/matching/match_results.h"
#include "operators/matching/partial_matches.h"
#include "operators/matching/stage_calls.h"
#include "operators/matching/stage_conditions.h"

namespace pactolus {

/// Offers rows, in the order of their times, to the partial matches of their groups, and lets them begin new
/// ones. Owned by the operator. Threads: the task's.
class RowMatcher {
 public:
  RowMatcher(const PatternProgram& program, StateStore& state);

  /// The next rows are of this batch, and of these groups.
  void begin(const ColumnBatch& batch, std::span<const std::string_view> groups);
  /// Offers a row. `now`: the end of its slice. Appends the matches that it completes. Why it could not be
  /// offered to some, or begin one.
  std::optional<RowError> offer(std::string_view group, uint32_t row, EventTime now,
                                std::vector<Match>& complete);
  /// All rows before `now` have been offered: ends the group's matches that can't go on, and appends those
  /// that are complete by that.
  void look_at(std::string_view group, EventTime now, std::vector<Match>& complete);
  /// Partial matches that there was no room for, since the last call.
  uint64_t take_dropped() { return std::exchange(dropped_, 0); }

 private:
  /// What has become of a partial match by the row.
  enum Fate : uint8_t { kUndecided, kTook, kGone };

  void test_absent();
  void offer_to_next();
  void offer_to_own();
  /// Calls use(match) for those of `matches`, places among the group's, for which the row satisfies the
  /// condition.
  template <class Use>
  void for_each_satisfied(const StageCondition& condition, const std::vector<size_t>& matches,
                          const Use& use);
  template <class Wanted>
  std::vector<size_t> undecided(const Wanted& wanted) const;
  bool take(PartialMatch& match, size_t stage);
  void complete_matches(std::vector<Match>& complete);
  void begin_match(EventTime now, std::vector<Match>& complete);
  bool make_room();
  void end_overdue(EventTime time, std::vector<Match>& complete);
  void remove_gone();
  void remove_until(int64_t number);
  void look_later(EventTime now);
  bool has_enough(const PartialMatch& match) const {
    return match.taken >= program_.stages[match.stage].at_least;
  }
  bool has_all(const PartialMatch& match) const {
    return match.stage + 1 == program_.stages.size() && has_enough(match);
  }
  EventTime deadline(const PartialMatch& match) const { return match.first + program_.within; }
  void refuse(std::string code, std::string message) {
    if (!error_) error_ = RowError{row_, std::move(code), std::move(message)};
  }

  const PatternProgram& program_;
  PartialMatches partial_;
  StateTable& leaving_;
  StageConditions conditions_;
  StageCalls calls_;
  uint64_t dropped_ = 0;
  ColumnBatch batch_;
  std::vector<ColumnPtr> kept_;  // columns of the batch
  // Of the group.
  GroupMatches group_;
  std::vector<Fate> fates_;
  bool changed_ = false;
  // Of the row.
  uint32_t row_ = 0;
  TakenRow taken_;
  std::string image_;
  std::optional<RowError> error_;
};

}  // namespace pactolus
