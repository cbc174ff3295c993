#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "exactness/changelog_audit.h"
#include "exactness/results_audit.h"
#include "state/changelog.h"
#include "state/checkpoint_mark.h"
#include "state/state_store.h"

namespace pactolus::testing {
namespace {

using Values = std::vector<std::string>;

/// Two of one key and minute, one that is filtered, one broken, one of another key.
std::vector<Event> some_events() {
  return {{.id = 0, .k = "k1", .g = "g1", .cents = 150, .second = 10},
          {.id = 1, .k = "k1", .g = "g1", .cents = 205, .second = 70, .answered = true},
          {.id = 2, .k = "k1", .g = "g1", .cents = -5, .second = 71},
          {.id = 3, .k = "k2", .g = "g1", .cents = 7, .second = 72, .broken = true},
          {.id = 4, .k = "k2", .g = "g2", .cents = 1, .second = 86'400, .answered = true}};
}

Values good_passed() {
  return {R"({"id":4,"k":"k2","g":"g2","v":0.01})", R"({"id":0,"k":"k1","g":"g1","v":1.50})",
          R"({"id":1,"k":"k1","g":"g1","v":2.05})"};
}
Values good_counts() {
  return {R"({"k":"k1","n":1,"total":1.50})", R"({"k":"k2","n":1,"total":0.01})",
          R"({"k":"k1","n":2,"total":3.55})"};
}
Values good_minutes() {
  return {R"({"g":"g1","window_start":"2026-01-01T00:00:00Z","n":1,"total":1.50})",
          R"({"g":"g1","window_start":"2026-01-01T00:01:00Z","n":1,"total":2.05})",
          R"({"g":"g2","window_start":"2026-01-02T00:00:00Z","n":1,"total":0.01})"};
}
Values good_answered() {
  return {R"({"id":1,"reply":1})", R"({"id":0,"reply":null})", R"({"id":4,"reply":4})"};
}

/// Right values are found right; with one missing, one doubled, one foreign, one replaced or two exchanged
/// they are not.
void check_planted(const std::function<Findings(const Values&)>& audit, const Values& good, bool ordered) {
  CHECK(audit(good).empty());
  for (size_t i = 0; i < good.size(); ++i) {
    Values missing = good;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(audit(missing).size() == 1);
    Values doubled = good;
    doubled.push_back(good[i]);
    CHECK(audit(doubled).size() == 1);
    Values damaged = good;
    damaged[i] = damaged[i].substr(0, damaged[i].size() / 3);
    CHECK(!audit(damaged).empty());
  }
  if (!ordered) return;
  Values exchanged = good;  // both of key k1
  auto of_k1 = [](const std::string& value) { return value.find("k1") != std::string::npos; };
  auto first = std::ranges::find_if(exchanged, of_k1);
  auto second = std::find_if(first + 1, exchanged.end(), of_k1);
  std::iter_swap(first, second);
  CHECK(audit(exchanged).size() == 1);
}

TEST_CASE("audit of results: a missing, doubled, damaged or exchanged row is found") {
  const auto events = some_events();
  check_planted([&](const Values& values) { return audit_passed(events, values); }, good_passed(), true);
  check_planted([&](const Values& values) { return audit_counts(events, values); }, good_counts(), true);
  check_planted([&](const Values& values) { return audit_minutes(events, values, 90'000); }, good_minutes(),
                false);
  check_planted([&](const Values& values) { return audit_answered(events, values, 90'000); }, good_answered(),
                false);
  check_planted([&](const Values& values) { return audit_dead_letters(events, values); }, {events[3].json()},
                false);
}

/// The same where rows may come again: whole, in part and late they may, but nothing else.
void check_planted_among_repeats(const std::function<Findings(const Values&)>& audit, const Values& good,
                                 bool ordered) {
  Values twice = good;
  twice.insert(twice.end(), good.begin(), good.end());
  CHECK(audit(twice).empty());
  for (size_t i = 0; i < good.size(); ++i) {
    Values late = good;
    late.push_back(good[i]);
    CHECK(audit(late).empty());
    Values again(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(i));
    again.insert(again.end(), good.begin(), good.end());
    CHECK(audit(again).empty());
    Values missing = twice;
    std::erase(missing, good[i]);
    CHECK(audit(missing).size() == 1);
    Values damaged = twice;
    damaged[i] = damaged[i].substr(0, damaged[i].size() / 3);
    CHECK(!audit(damaged).empty());
  }
  if (!ordered) return;
  Values exchanged = good;
  std::ranges::reverse(exchanged);
  exchanged.insert(exchanged.end(), good.begin(), good.end());  // too late
  CHECK(audit(exchanged).size() == 1);
}

TEST_CASE("audit of repeated results: a missing, damaged or exchanged row is found among the repeated ones") {
  const auto events = some_events();
  constexpr auto kAllowed = Repeats::kAllowed;
  check_planted_among_repeats([&](const Values& values) { return audit_passed(events, values, kAllowed); },
                              good_passed(), true);
  check_planted_among_repeats([&](const Values& values) { return audit_counts(events, values, kAllowed); },
                              good_counts(), true);
  check_planted_among_repeats(
      [&](const Values& values) { return audit_minutes(events, values, 90'000, kAllowed); }, good_minutes(),
      false);
  check_planted_among_repeats(
      [&](const Values& values) { return audit_answered(events, values, 90'000, kAllowed); }, good_answered(),
      false);
  check_planted_among_repeats(
      [&](const Values& values) { return audit_dead_letters(events, values, kAllowed); }, {events[3].json()},
      false);
}

TEST_CASE("audit of repeated results: state that counted an event twice is found") {
  const auto events = some_events();
  Values counts = good_counts();
  counts.push_back(R"({"k":"k1","n":3,"total":5.60})");  // the second event once more
  CHECK(audit_counts(events, counts, Repeats::kAllowed).size() == 1);
  Values minutes = good_minutes();
  minutes.push_back(R"({"g":"g1","window_start":"2026-01-01T00:01:00Z","n":2,"total":4.10})");
  CHECK(audit_minutes(events, minutes, 90'000, Repeats::kAllowed).size() == 1);
}

TEST_CASE("audit of results: a sum that is wrong by a cent is found") {
  const auto events = some_events();
  Values counts = good_counts();
  counts[2] = R"({"k":"k1","n":2,"total":3.54})";
  CHECK(audit_counts(events, counts).size() == 1);
  Values minutes = good_minutes();
  minutes[1] = R"({"g":"g1","window_start":"2026-01-01T00:01:00Z","n":2,"total":2.05})";
  CHECK(audit_minutes(events, minutes, 90'000).size() == 1);
}

TEST_CASE(
    "audit of results: an answered event that comes out without its reply, and one too early, is found") {
  const auto events = some_events();
  Values answered = good_answered();
  answered[0] = R"({"id":1,"reply":null})";
  CHECK(audit_answered(events, answered, 90'000).size() == 1);
  CHECK(audit_answered(events, good_answered(), 70).size() == 1);
}

TEST_CASE("audit of results: a window that should not have closed is found") {
  CHECK(audit_minutes(some_events(), good_minutes(), 86'400).size() == 1);
}

/// A task's changelog of six transactions; the last is the end of a round that the third began.
class Changelog {
 public:
  Changelog() {
    table_ = std::make_unique<TableLayout>("running", "groups", false, Schema({{"g", kTextType, false}}),
                                           std::vector<StateField>{});
    windows_ = std::make_unique<TableLayout>("minutes", "groups", true, Schema({{"g", kTextType, false}}),
                                             std::vector<StateField>{});
    StateStore store;
    store.declare(*table_);
    store.declare(*windows_);
    layouts_ = encode_layouts(store);
    transaction(ChangelogHeader::kGenesis, 0, {{"a", "1"}, {"b", "1"}}, 10);
    transaction(0, 0, {{"a", "2"}}, 20);
    transaction(ChangelogHeader::kFirstOfRound, 1, {{"c", "1"}}, 30);
    transaction(0, 1, {{"b", ""}}, 40);  // deleted
    transaction(0, 1, {{"a", "3"}}, 50);
    transaction(ChangelogHeader::kEndOfRound, 1, {{"d", "1"}}, 60);
  }

  std::vector<OwnedRecord> records;
  const StateImage image = {{key("a"), "3"}, {key("c"), "1"}, {key("d"), "1"}};

  static std::string key(const std::string& entry) { return std::string("\1\0\0\0\0", 5) + entry; }
  std::string mark() const {
    CheckpointMark mark;
    mark.task = task();
    mark.changelog_end = next(records.back().offset);
    mark.sequence = sequence_;
    return encode_mark(mark);
  }
  /// The epoch record of a transaction, from 1.
  OwnedRecord& epoch(uint64_t sequence) { return records.at(epochs_.at(sequence - 1)); }
  size_t first_of(uint64_t sequence) const { return sequence == 1 ? 0 : epochs_.at(sequence - 2) + 1; }

  OwnedRecord epoch_record(uint64_t sequence, uint8_t flags, EpochRecord epoch) {
    return record({.kind = ChangelogKind::kEpoch, .flags = flags, .task = task(), .sequence = sequence},
                  encode_epoch(epoch));
  }
  static EpochRecord epoch_at(int64_t offset) {
    EpochRecord epoch;
    epoch.inputs = {{.topic = "events", .partitions = 1, .offset = Offset{offset}}};
    epoch.steps = {{"events", {{"rows_in", 5}, {"passed", 4}, {"dead_letters", 1}}},
                   {"replies", {{"rows_in", 2}, {"passed", 2}}},
                   {"valid", {{"rows_in", 4}, {"passed", 3}, {"filtered", 1}}},
                   {"running", {{"rows_in", 3}, {"absorbed", 3}}},
                   {"minutes", {{"rows_in", 3}, {"absorbed", 3}}}};
    return epoch;
  }

 private:
  static TaskId task() { return {"events", Partition{0}}; }

  OwnedRecord record(const ChangelogHeader& header, std::string_view body) {
    return {.offset = Offset{static_cast<int64_t>(records.size())},
            .timestamp = {},
            .key = {},
            .value = encode_changelog_record(header, body),
            .headers = {}};
  }

  void transaction(uint8_t flags, uint32_t round,
                   const std::vector<std::pair<std::string, std::string>>& puts, int64_t offset) {
    ++sequence_;
    ChangelogHeader header{.flags = flags, .task = task(), .sequence = sequence_, .round = round};
    if (sequence_ == 1 || sequence_ == 3) {
      header.kind = ChangelogKind::kLayout;
      records.push_back(record(header, layouts_));
    }
    BlockWriter blocks;
    for (const auto& [key, value] : puts)
      blocks.add(*table_, {value.empty() ? StateChange::kDelete : StateChange::kPut, key, value});
    header.kind = ChangelogKind::kBlock;
    for (const std::string& body : blocks.finish()) records.push_back(record(header, body));
    header.kind = ChangelogKind::kEpoch;
    epochs_.push_back(records.size());
    records.push_back(record(header, encode_epoch(epoch_at(offset))));
  }

  std::string layouts_;
  std::unique_ptr<TableLayout> table_;
  std::unique_ptr<TableLayout> windows_;
  std::vector<size_t> epochs_;
  uint64_t sequence_ = 0;
};

TEST_CASE("audit of a changelog: a missing, doubled or exchanged transaction is found") {
  const Changelog good;
  CHECK(audit_changelog(good.records).empty());
  for (uint64_t sequence = 2; sequence <= 5; ++sequence) {
    const auto from = static_cast<std::ptrdiff_t>(good.first_of(sequence));
    const auto to = static_cast<std::ptrdiff_t>(good.first_of(sequence + 1));
    Changelog missing;
    missing.records.erase(missing.records.begin() + from, missing.records.begin() + to);
    CHECK(!audit_changelog(missing.records).empty());
    Changelog doubled;
    doubled.records.insert(doubled.records.begin() + to, good.records.begin() + from,
                           good.records.begin() + to);
    CHECK(!audit_changelog(doubled.records).empty());
  }
}

TEST_CASE("audit of a changelog: a beginning that nothing can be restored from is found") {
  Changelog log;
  std::vector<OwnedRecord> from_round(log.records.begin() + static_cast<std::ptrdiff_t>(log.first_of(3)),
                                      log.records.end());
  CHECK(audit_changelog(from_round).empty());
  std::vector<OwnedRecord> amid(log.records.begin() + static_cast<std::ptrdiff_t>(log.first_of(4)),
                                log.records.end());
  CHECK(audit_changelog(amid).size() == 1);
}

TEST_CASE("audit of a changelog: rows that nothing accounts for and offsets that go back are found") {
  Changelog lost;
  EpochRecord epoch = Changelog::epoch_at(50);
  epoch.steps[2].counts["filtered"] = 0;
  lost.epoch(5).value = lost.epoch_record(5, 0, epoch).value;
  CHECK(audit_changelog(lost.records).size() == 1);
  Changelog back;
  back.epoch(5).value = back.epoch_record(5, 0, Changelog::epoch_at(39)).value;
  CHECK(audit_changelog(back.records).size() == 1);
  Changelog damaged;
  damaged.records[2].value->back() ^= 1;
  CHECK(!audit_changelog(damaged.records).empty());
}

TEST_CASE("audit of totals: an event read twice, or never, is found") {
  const auto events = some_events();
  EpochRecord epoch = Changelog::epoch_at(60);
  CHECK(audit_totals(events, std::vector{epoch}).empty());
  const std::pair<const char*, const char*> counted[] = {{"events", "rows_in"},
                                                         {"valid", "filtered"},
                                                         {"running", "absorbed"},
                                                         {"minutes", "absorbed"},
                                                         {"replies", "rows_in"}};
  for (const auto& [step, count] : counted) {
    for (int change : {-1, 1}) {
      EpochRecord wrong = epoch;
      for (StepProgress& progress : wrong.steps) {
        if (progress.step == step) progress.counts[count] += change;
      }
      CHECK(audit_totals(events, std::vector{wrong}).size() == 1);
    }
  }
}

TEST_CASE("audit of a disk: an entry that is missing, stale or too many is found") {
  const Changelog log;
  DiskAudit good = audit_disk(log.mark(), log.image, log.records);
  CHECK(good.findings.empty());
  CHECK(good.compared);
  CHECK(good.is_current);
  StateImage missing = log.image;
  missing.erase(Changelog::key("c"));
  CHECK(audit_disk(log.mark(), missing, log.records).findings.size() == 1);
  StateImage stale = log.image;
  stale[Changelog::key("a")] = "2";
  CHECK(audit_disk(log.mark(), stale, log.records).findings.size() == 1);
  StateImage deleted = log.image;
  deleted[Changelog::key("b")] = "1";
  CHECK(audit_disk(log.mark(), deleted, log.records).findings.size() == 1);
}

TEST_CASE("audit of a disk: an old checkpoint is right for its time, but not current") {
  Changelog log;
  const Changelog whole;
  log.records.erase(log.records.begin() + static_cast<std::ptrdiff_t>(log.first_of(6)), log.records.end());
  StateImage old = log.image;
  old.erase(Changelog::key("d"));
  DiskAudit audit = audit_disk(log.mark(), old, whole.records);
  CHECK(audit.findings.empty());
  CHECK(audit.compared);
  CHECK_FALSE(audit.is_current);
}

TEST_CASE("audit of a disk: a checkpoint ahead of the changelog is found") {
  Changelog log;
  const std::string mark = log.mark();
  log.records.erase(log.records.begin() + static_cast<std::ptrdiff_t>(log.first_of(6)), log.records.end());
  CHECK(audit_disk(mark, log.image, log.records).findings.size() == 1);
}

TEST_CASE("audit of a disk: a changelog whose first round has not ended proves nothing") {
  Changelog log;
  std::vector<OwnedRecord> round(log.records.begin() + static_cast<std::ptrdiff_t>(log.first_of(3)),
                                 log.records.end());
  CHECK(fold(round, next(round.back().offset)));
  const std::vector<OwnedRecord> unended(round.begin(), round.end() - 2);  // without transaction 6
  CHECK_FALSE(fold(unended, next(unended.back().offset)));
}

}  // namespace
}  // namespace pactolus::testing
