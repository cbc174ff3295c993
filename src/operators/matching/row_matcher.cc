#include "operators/matching/row_matcher.h"

#include <algorithm>

#include "state/entry_key.h"

namespace pactolus {
namespace {

/// More than a partial match takes up among those of its group.
constexpr size_t kMatchOverhead = 64;

}  // namespace

RowMatcher::RowMatcher(const PatternProgram& program, StateStore& state)
    : program_(program),
      partial_(program, state),
      leaving_(state.declare(program.leaving)),
      conditions_(program),
      calls_(program) {}

void RowMatcher::begin(const ColumnBatch& batch, std::span<const std::string_view> groups) {
  partial_.load(groups);
  conditions_.begin(batch);
  batch_ = batch;
  kept_.clear();
  for (size_t column : program_.kept) kept_.push_back(batch.columns[column]);
}

std::optional<RowError> RowMatcher::offer(std::string_view group, uint32_t row, EventTime now,
                                          std::vector<Match>& complete) {
  const bool had_some = partial_.read(group, group_);
  row_ = row;
  error_.reset();
  changed_ = false;
  image_.clear();
  program_.rows.append_row(kept_, row, image_);
  const EventTime time = batch_.system->event_time[row];
  taken_ = {0, time, batch_.address_of(row).value_or(RecordAddress{}), image_};
  end_overdue(time, complete);
  fates_.assign(group_.partial.size(), kUndecided);
  test_absent();
  offer_to_next();
  offer_to_own();
  if (program_.consecutive) std::ranges::replace(fates_, kUndecided, kGone);
  const size_t complete_before = complete.size();
  complete_matches(complete);
  remove_gone();
  const bool skips = program_.skips_past_last && complete.size() > complete_before;
  if (!skips) begin_match(now, complete);
  if (changed_) {
    ++group_.next_number;
    partial_.write(group_, had_some);
  }
  return std::move(error_);
}

void RowMatcher::look_at(std::string_view group, EventTime now, std::vector<Match>& complete) {
  const bool had_some = partial_.read(group, group_);
  changed_ = false;
  end_overdue(now, complete);
  if (!group_.partial.empty()) look_later(now);
  if (changed_) partial_.write(group_, had_some);
}

// ---- what the row is to the matches that began before it
// ----------------------------------------------------------------------------------------------------

void RowMatcher::test_absent() {
  for (size_t stage = 0; stage < program_.stages.size(); ++stage) {
    for (const StageCondition& absent : program_.stages[stage].absent) {
      const auto matches =
          undecided([&](const PartialMatch& match) { return match.stage == stage && has_enough(match); });
      for_each_satisfied(absent, matches, [&](size_t match) { fates_[match] = kGone; });
    }
  }
}

void RowMatcher::offer_to_next() {
  for (size_t stage = 1; stage < program_.stages.size(); ++stage) {
    const auto matches =
        undecided([&](const PartialMatch& match) { return match.stage + 1 == stage && has_enough(match); });
    for_each_satisfied(program_.stages[stage].condition, matches, [&](size_t match) {
      if (take(group_.partial[match], stage)) fates_[match] = kTook;
    });
  }
}

void RowMatcher::offer_to_own() {
  for (size_t stage = 0; stage < program_.stages.size(); ++stage) {
    const size_t at_most = program_.stages[stage].at_most;
    const auto matches =
        undecided([&](const PartialMatch& match) { return match.stage == stage && match.taken < at_most; });
    for_each_satisfied(program_.stages[stage].condition, matches, [&](size_t match) {
      if (take(group_.partial[match], stage)) fates_[match] = kTook;
    });
  }
}

template <class Wanted>
std::vector<size_t> RowMatcher::undecided(const Wanted& wanted) const {
  std::vector<size_t> matches;
  for (size_t i = 0; i < group_.partial.size(); ++i) {
    if (fates_[i] == kUndecided && wanted(group_.partial[i])) matches.push_back(i);
  }
  return matches;
}

template <class Use>
void RowMatcher::for_each_satisfied(const StageCondition& condition, const std::vector<size_t>& matches,
                                    const Use& use) {
  std::vector<std::string_view> values;
  for (size_t match : matches)
    values.push_back(MatchBytes::values(partial_.bytes(group_, group_.partial[match])));
  const std::span<const uint8_t> satisfied = conditions_.test(condition, row_, values, error_);
  for (size_t i = 0; i < matches.size(); ++i) {
    if (satisfied[i] != 0) use(matches[i]);
  }
}

/// Gives the row to a match. False: it could not be taken.
bool RowMatcher::take(PartialMatch& match, size_t stage) {
  taken_.stage = stage;
  const size_t taken = match.stage == stage ? match.taken + 1 : 1;
  std::vector<RowError> failed = calls_.evaluate(taken_);
  std::string bytes(partial_.bytes(group_, match));
  MatchBytes::append_row(taken_, bytes);
  const Stage& of = program_.stages[stage];
  if (failed.empty() && (of.reads_own || taken >= of.at_least)) {
    RowErrors errors;
    calls_.update(stage, bytes, errors);
    failed = errors.take();
  }
  if (!failed.empty()) {
    refuse(std::move(failed.front().code), std::move(failed.front().message));
    return false;
  }
  if (group_.key.size() + bytes.size() + kEntryOverhead > kEntryBytesMax) {
    refuse("state_too_large", "what a match keeps of its rows, with the key, would have more than " +
                                  std::to_string(kEntryBytesMax / 1024) + " KiB");
    return false;
  }
  match.bytes = std::move(bytes);
  match.stage = stage;
  match.taken = taken;
  match.last = group_.next_number;
  return true;
}

void RowMatcher::complete_matches(std::vector<Match>& complete) {
  if (program_.waits_at_end()) return;
  for (size_t i = 0; i < group_.partial.size(); ++i) {
    if (fates_[i] != kTook || !has_all(group_.partial[i])) continue;
    complete.push_back({group_.key, taken_.time, group_.partial[i].bytes});
    fates_[i] = kGone;
    if (!program_.skips_past_last) continue;
    std::ranges::fill(fates_, kGone);
    return;
  }
}

void RowMatcher::remove_gone() {
  for (size_t i = 0; i < fates_.size(); ++i) {
    changed_ = changed_ || fates_[i] != kUndecided;
    if (fates_[i] == kGone) partial_.remove(group_, group_.partial[i]);
  }
  size_t place = 0;
  std::erase_if(group_.partial, [&](const PartialMatch&) { return fates_[place++] == kGone; });
}

// ---- the match that the row begins
// ----------------------------------------------------------------------------------------------------

void RowMatcher::begin_match(EventTime now, std::vector<Match>& complete) {
  const std::string_view nothing = calls_.of_nothing();
  if (conditions_.test(program_.stages.front().condition, row_, {&nothing, 1}, error_).front() == 0) return;
  PartialMatch match{group_.next_number,        taken_.time, group_.next_number, 0, 0, true,
                     MatchBytes::begin(nothing)};
  if (!take(match, 0)) return;
  if (has_all(match) && !program_.waits_at_end()) {
    complete.push_back({group_.key, taken_.time, std::move(match.bytes)});
    return;
  }
  if (!make_room()) return;
  changed_ = true;
  group_.partial.push_back(std::move(match));
  // Of several partial matches the first one sees to it that the others are looked at.
  if (group_.partial.size() == 1) look_later(now);
}

bool RowMatcher::make_room() {
  if (group_.key.size() + program_.at_most * kMatchOverhead + kEntryOverhead > kEntryBytesMax) {
    refuse("state_too_large", "the row's key is too long");
    return false;
  }
  if (group_.partial.size() < program_.at_most) return true;
  ++dropped_;
  if (program_.overflow == Overflow::kDeadLetter) {
    refuse("too_many_matches",
           "the group has " + std::to_string(program_.at_most) + " partial matches: the row begins none");
  }
  if (program_.overflow != Overflow::kDropOldest) return false;
  partial_.remove(group_, group_.partial.front());
  group_.partial.erase(group_.partial.begin());
  return true;
}

// ---- time
// ----------------------------------------------------------------------------------------------------

/// No row before `time` comes any more.
void RowMatcher::end_overdue(EventTime time, std::vector<Match>& complete) {
  while (!group_.partial.empty() && deadline(group_.partial.front()) < time) {
    const PartialMatch& first = group_.partial.front();
    int64_t until = first.number;
    if (program_.waits_at_end() && has_all(first)) {
      complete.push_back({group_.key, deadline(first), std::string(partial_.bytes(group_, first))});
      if (program_.skips_past_last) until = first.last;
    }
    remove_until(until);
    changed_ = true;
  }
}

/// Removes the matches that began with rows up to that number.
void RowMatcher::remove_until(int64_t number) {
  std::erase_if(group_.partial, [&](const PartialMatch& match) {
    if (match.number > number) return false;
    partial_.remove(group_, match);
    return true;
  });
}

void RowMatcher::look_later(EventTime now) {
  leaving_.window(program_.look_at(deadline(group_.partial.front()), now)).touch(group_.key);
}

}  // namespace pactolus
