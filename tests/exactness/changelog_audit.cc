#include "exactness/changelog_audit.h"

#include "state/changelog.h"
#include "state/checkpoint_mark.h"
#include "state/entry_key.h"

namespace pactolus::testing {
namespace {

uint64_t count_of(const StepProgress& step, const char* name) {
  auto found = step.counts.find(name);
  return found == step.counts.end() ? 0 : found->second;
}

/// Follows one changelog.
class Follower {
 public:
  void follow(const OwnedRecord& record) {
    auto decoded = record.value ? decode_changelog_record(*record.value) : Error{"it has no value"};
    if (!decoded) {
      find(record, decoded.error().message);
      return;
    }
    const ChangelogHeader& header = decoded->header;
    bool genesis = (header.flags & ChangelogHeader::kGenesis) != 0;
    if (first_) {
      if (!genesis && (header.flags & ChangelogHeader::kFirstOfRound) == 0)
        find(record, "the log begins neither with the task's first transaction nor with a round");
      sequence_ = header.sequence - 1;
      first_ = false;
    }
    if (header.sequence != sequence_ + 1)
      find(record,
           "transaction " + std::to_string(header.sequence) + " follows " + std::to_string(sequence_));
    if (genesis != (header.sequence == 1)) find(record, "genesis is not transaction 1");
    if (header.kind != ChangelogKind::kEpoch) return;
    sequence_ = header.sequence;
    auto epoch = decode_epoch(decoded->body);
    if (epoch) {
      follow_epoch(record, *epoch);
    } else {
      find(record, epoch.error().message);
    }
  }

  Findings findings;

 private:
  void follow_epoch(const OwnedRecord& record, const EpochRecord& epoch) {
    for (const InputProgress& input : epoch.inputs) {
      if (input.offset.value() < offsets_[input.topic])
        find(record, "the offset of " + input.topic + " goes back");
      offsets_[input.topic] = input.offset.value();
    }
    for (const StepProgress& step : epoch.steps) {
      uint64_t in = count_of(step, "rows_in");
      uint64_t out = count_of(step, "passed") + count_of(step, "filtered") + count_of(step, "absorbed") +
                     count_of(step, "dead_letters");
      if (in == out) continue;
      find(record, "step " + step.step + ": " + std::to_string(in) + " rows in, " + std::to_string(out) +
                       " accounted for");
    }
  }

  void find(const OwnedRecord& record, const std::string& what) {
    findings.push_back("changelog at " + std::to_string(record.offset.value()) + ": " + what);
  }

  bool first_ = true;
  uint64_t sequence_ = 0;
  std::map<std::string, int64_t> offsets_;
};

constexpr char kEntryByte = 1;  // all entries' keys on disk begin with it, then four bytes for the table

std::string disk_prefix(size_t table) {
  std::string prefix(1, kEntryByte);
  for (int shift = 24; shift >= 0; shift -= 8) prefix.push_back(static_cast<char>(table >> shift));
  return prefix;
}

void erase_prefix(StateImage& image, const std::string& prefix) {
  auto first = image.lower_bound(prefix);
  auto last = first;
  while (last != image.end() && last->first.starts_with(prefix)) ++last;
  image.erase(first, last);
}

/// State entries as the changelog's records change them.
class Fold {
 public:
  /// False: the record cannot be applied.
  bool apply(const OwnedRecord& record) {
    auto decoded = record.value ? decode_changelog_record(*record.value) : Error{"it has no value"};
    if (!decoded) return false;
    const ChangelogHeader& header = decoded->header;
    if (first_ && (header.flags & ChangelogHeader::kGenesis) == 0) awaited_round_ = header.round;
    first_ = false;
    if ((header.flags & ChangelogHeader::kEndOfRound) != 0 && awaited_round_ == header.round)
      awaited_round_.reset();
    if (header.kind == ChangelogKind::kLayout) return learn_tables(decoded->body);
    if (header.kind == ChangelogKind::kEpoch) return true;
    return for_each_entry(decoded->body, [this](const BlockEntry& entry) { return apply(entry); }).ok();
  }
  bool complete() const { return !awaited_round_; }

  StateImage image;

 private:
  bool learn_tables(std::string_view body) {
    auto layouts = decode_layouts(body);
    if (!layouts) return false;
    prefixes_.clear();
    for (const TableLayout& layout : *layouts)
      prefixes_.emplace(std::pair{layout.step(), layout.table()}, disk_prefix(prefixes_.size()));
    return true;
  }

  Result<void> apply(const BlockEntry& entry) {
    auto prefix = prefixes_.find({std::string(entry.step), std::string(entry.table)});
    if (prefix == prefixes_.end()) return Error{"an entry of an unknown table"};
    std::string key = prefix->second + std::string(entry.change.key);
    switch (entry.change.kind) {
      case StateChange::kPut:
      case StateChange::kInsert:
        image[key] = entry.change.value;
        break;
      case StateChange::kDelete:
        image.erase(key);
        break;
      case StateChange::kDeleteWindow:
        erase_prefix(image, key);
        break;
    }
    return {};
  }

  bool first_ = true;
  std::optional<uint32_t> awaited_round_;
  std::map<std::pair<std::string, std::string>, std::string> prefixes_;
};

}  // namespace

Findings audit_changelog(std::span<const OwnedRecord> records) {
  Follower follower;
  for (const OwnedRecord& record : records) follower.follow(record);
  return follower.findings;
}

std::optional<EpochRecord> last_epoch(std::span<const OwnedRecord> records) {
  if (records.empty() || !records.back().value) return std::nullopt;
  auto decoded = decode_changelog_record(*records.back().value);
  if (!decoded || decoded->header.kind != ChangelogKind::kEpoch) return std::nullopt;
  auto epoch = decode_epoch(decoded->body);
  return epoch ? std::optional{std::move(*epoch)} : std::nullopt;
}

Findings audit_totals(std::span<const Event> events, std::span<const EpochRecord> last_epochs) {
  std::map<std::string, std::map<std::string, uint64_t>> counts;
  for (const EpochRecord& epoch : last_epochs) {
    for (const StepProgress& step : epoch.steps) {
      for (const auto& [name, count] : step.counts) counts[step.step][name] += count;
    }
  }
  const ResultCounts expected = expected_counts(events, 0);
  Findings findings;
  auto expect = [&](const std::string& step, const std::string& name, uint64_t wanted) {
    uint64_t got = counts[step][name];
    if (got == wanted) return;
    findings.push_back("totals: " + step + "." + name + " should be " + std::to_string(wanted) + " and is " +
                       std::to_string(got));
  };
  expect("events", "rows_in", events.size());
  expect("events", "dead_letters", expected.dead_letters);
  expect("replies", "rows_in", static_cast<uint64_t>(std::ranges::count(events, true, &Event::answered)));
  expect("valid", "passed", expected.passed);
  expect("valid", "filtered", events.size() - expected.dead_letters - expected.passed);
  expect("running", "absorbed", expected.passed);
  expect("minutes", "absorbed", expected.passed);
  return findings;
}

Result<StateImage> image_of(DiskTier& disk) {
  StateImage image;
  auto visited = disk.scan(std::string(1, kEntryByte), std::string(1, kEntryByte + 1),
                           [&](std::string_view key, std::string_view value) {
                             image.emplace(key, value);
                             return true;
                           });
  if (!visited) return std::move(visited).error();
  return image;
}

std::optional<StateImage> fold(std::span<const OwnedRecord> records, Offset end) {
  Fold fold;
  for (const OwnedRecord& record : records) {
    if (record.offset >= end) break;
    if (!fold.apply(record)) return std::nullopt;
  }
  return fold.complete() ? std::optional{std::move(fold.image)} : std::nullopt;
}

DiskAudit audit_disk(const std::string& bytes, const StateImage& disk, std::span<const OwnedRecord> records) {
  auto mark = decode_mark(bytes);
  if (!mark) return {{"disk: its mark cannot be read"}};
  const std::string name = "disk of " + to_string(mark->task) + ": ";
  if (records.empty() || mark->changelog_end > next(records.back().offset))
    return {{name + "it is ahead of the changelog, at " + std::to_string(mark->changelog_end.value())}};
  if (mark->changelog_end <= records.front().offset || mark->awaited_round) return {};
  auto wanted = fold(records, mark->changelog_end);
  if (!wanted) return {};
  DiskAudit audit{.findings = {}, .compared = true};
  audit.is_current = fold(records, next(records.back().offset)) == disk;
  for (const auto& [key, value] : *wanted) {
    auto found = disk.find(key);
    if (found == disk.end()) {
      audit.findings.push_back(name + "an entry is missing");
    } else if (found->second != value) {
      audit.findings.push_back(name + "an entry has another value");
    }
  }
  for (const auto& [key, value] : disk) {
    if (!wanted->contains(key)) audit.findings.push_back(name + "an entry that should be gone");
  }
  return audit;
}

}  // namespace pactolus::testing
