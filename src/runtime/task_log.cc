#include "runtime/task_log.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace pactolus {
namespace {

/// A round begins when the changelog since the last one's beginning is this many times the state…
constexpr uint64_t kRoundDueAtStates = 4;
/// …and then writes so many bytes of state for each byte of changes, so that it ends after one and a half
/// states of log. What is retained before its end is then five and a half states; the rest to seven is for
/// epoch records, aborted transactions, and a state that grows meanwhile.
constexpr uint64_t kRewrittenPerChanged = 2;

uint64_t hash_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace

uint64_t layouts_hash(std::string_view encoded_layouts) { return hash_of(encoded_layouts); }
uint64_t layouts_hash(const Task& task) { return hash_of(encode_layouts(task.state())); }
uint64_t record_hash(std::string_view value) { return hash_of(value); }

CheckpointMark mark_of(const Task& task, const TaskLog::Place& place, const EpochRecord& epoch,
                       std::optional<uint32_t> awaited_round) {
  return {.task = task.id(),
          .changelog_end = place.end.value(),
          .record_hash = place.record_hash,
          .sequence = place.sequence,
          .layouts_hash = place.layouts_hash,
          .log_bytes = place.log_bytes,
          .round_bytes = place.round_bytes,
          .awaited_round = awaited_round,
          .epoch = epoch,
          .windows = task.state().all_windows()};
}

TaskLog::TaskLog(Identity identity, Place place, Offset start, std::optional<OffsetTag> tag,
                 EpochRecord epoch)
    : identity_(std::move(identity)),
      place_(std::move(place)),
      tag_(std::move(tag)),
      committed_epoch_(std::move(epoch)) {
  const RoundProgress& round = committed_epoch_.round;
  bool was_purged = round.open || round.number == 0 || round.start <= start;
  if (!was_purged) purgeable_ = round.start;
}

OffsetTag TaskLog::tag_if_committed(const Task& task) const {
  return {task.id(), place_.sequence + 1, identity_.nonce};
}

void TaskLog::write(Task& task, Outgoing& out) {
  written_ = {.epoch = task.epoch(), .place = place_, .begins_round = round_begins_};
  ++written_.place.sequence;
  RoundProgress& round = written_.epoch.round;
  round = committed_epoch_.round;
  if (written_.begins_round) {
    round = {.number = round.number + 1, .open = true, .start = *place_.end, .cursor = {}};
    written_.place.round_bytes = 0;
  }
  std::vector<std::string> bodies = blocks(task, written_);

  std::string layouts = encode_layouts(task.state());
  written_.place.layouts_hash = layouts_hash(layouts);
  bool layouts_due = written_.begins_round || written_.place.layouts_hash != place_.layouts_hash;
  if (layouts_due) add(ChangelogKind::kLayout, task, layouts, out);
  for (const std::string& body : bodies) add(ChangelogKind::kBlock, task, body, out);
  written_.epoch.nonce = identity_.nonce;
  written_.epoch.task_map_hash = identity_.task_map_hash;
  add(ChangelogKind::kEpoch, task, encode_epoch(written_.epoch), out);
  add_decisions(task, out);
}

/// What the transaction changes, and the next part of an open round.
std::vector<std::string> TaskLog::blocks(Task& task, Written& written) const {
  BlockWriter blocks;
  uint64_t bytes = 0;
  for (const auto& table : task.state().tables()) {
    table->for_each_change([&](const StateChange& change) {
      blocks.add(table->layout(), change);
      bytes += change.key.size() + change.value.size();
    });
  }
  RoundProgress& round = written.epoch.round;
  if (round.open) {
    auto rewritten = task.state().rewrite(
        round.cursor, std::max(kRewrittenPerChanged * bytes, identity_.rounds.rewritten_bytes_min),
        [&](const TableLayout& layout, const StateChange& change) { blocks.add(layout, change); });
    round.cursor = std::move(rewritten.cursor);
    written.ends_round = rewritten.ended;
    if (rewritten.ended) {
      round.open = false;
      round.cursor.clear();
    }
  }
  return blocks.finish();
}

void TaskLog::add_decisions(const Task& task, Outgoing& out) const {
  if (task.decisions().empty()) return;
  DecisionRecord record{
      .task = task.id(), .sequence = written_.place.sequence, .inputs = {}, .decisions = {}};
  for (const auto& input : task.inputs()) {
    const TopicPartition& partition = input->partition();
    record.inputs.push_back(input->plan().is_global() ? to_string(partition) : partition.topic);
  }
  record.decisions.assign(task.decisions().begin(), task.decisions().end());
  out.add(OutgoingKind::kInternal, identity_.decisions, to_string(task.id()), encode_decisions(record),
          task.record_time());
}

void TaskLog::add(ChangelogKind kind, const Task& task, std::string_view body, Outgoing& out) {
  ChangelogHeader header{.kind = kind, .task = task.id(), .sequence = written_.place.sequence};
  bool in_round = written_.epoch.round.open || written_.ends_round;
  if (in_round) header.round = written_.epoch.round.number;
  if (header.sequence == 1) header.flags |= ChangelogHeader::kGenesis;
  if (written_.begins_round) header.flags |= ChangelogHeader::kFirstOfRound;
  if (written_.ends_round) header.flags |= ChangelogHeader::kEndOfRound;
  std::string value = encode_changelog_record(header, body);
  written_.place.log_bytes += value.size();
  written_.place.round_bytes += value.size();
  written_.place.record_hash = record_hash(value);
  out.add(OutgoingKind::kInternal, identity_.changelog, record_key(kind), value, task.record_time());
}

std::vector<OffsetCommit> TaskLog::offsets(const Task& task) const {
  std::string tag = encode_offset_tag(tag_if_committed(task));
  std::vector<OffsetCommit> commits;
  for (const auto& input : task.inputs()) {
    if (!input->plan().is_global()) commits.push_back({input->partition(), input->progress().offset, tag});
  }
  return commits;
}

void TaskLog::committed(Task& task, std::optional<Offset> end) {
  tag_ = tag_if_committed(task);
  place_ = written_.place;
  place_.end = end;
  committed_epoch_ = std::move(written_.epoch);
  if (written_.begins_round) round_begins_ = false;
  if (written_.ends_round) {
    purgeable_ = committed_epoch_.round.start;
    place_.log_bytes = place_.round_bytes;
  }
  task.state().commit();
  task.mark_committed();
}

void TaskLog::aborted(Task& task) {
  task.state().rollback();
  task.reset(committed_epoch_);
}

bool TaskLog::can_checkpoint(const Task& task) const {
  return task.state().has_disk() && place_.end && place_.sequence > 0 && !task.changed();
}

std::string TaskLog::mark(const Task& task) const {
  return encode_mark(mark_of(task, place_, committed_epoch_, std::nullopt));
}

void TaskLog::give_up_round() {
  RoundProgress& round = committed_epoch_.round;
  round.open = false;
  round.start = Offset{0};  // nothing before it may be deleted
  round.cursor.clear();
}

bool TaskLog::round_due(const Task& task) const {
  if (committed_epoch_.round.open || round_begins_ || purgeable_ || !can_checkpoint(task)) return false;
  return place_.log_bytes >=
         std::max(identity_.rounds.log_bytes_min, kRoundDueAtStates * task.state().image_bytes());
}

}  // namespace pactolus
