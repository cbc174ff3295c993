#include "runtime/state_keeper.h"

#include <algorithm>

namespace pactolus {
namespace {

/// After making room this part of the memory is in use: much less than all, so that checkpoints are rare and
/// large.
constexpr double kRoomMade = 0.5;

uint64_t bytes_of(std::span<TaskSlot* const> slots) {
  uint64_t bytes = 0;
  for (const TaskSlot* slot : slots) bytes += slot->task->state().bytes();
  return bytes;
}

}  // namespace

void StateKeeper::keep(std::span<TaskSlot* const> slots, Admin& admin) {
  bytes_max_ = std::max(bytes_max_, bytes_of(slots));
  if (!options_.open_disk) return;
  make_room(slots);
  if (!may_try()) return;
  checkpoint_when_due(slots);
  for (TaskSlot* slot : slots) turn_rounds(*slot, admin);
}

bool StateKeeper::checkpoint(TaskSlot& slot) {
  if (!slot.log.can_checkpoint(*slot.task)) return false;
  slot.checkpointed_at = clock_.now();
  pass(probe_, "before checkpoint");
  auto written = slot.task->state().checkpoint(slot.log.mark(*slot.task));
  pass(probe_, "after checkpoint");
  if (written) {
    if (failed_at_) logger_.info("the disk takes state again");
    failed_at_.reset();
    return true;
  }
  if (!failed_at_) {
    logger_.error("task {}: {}; its state stays in memory, and processing pauses when that is full",
                  to_string(slot.task->id()), written.error().message);
  }
  failed_at_ = clock_.now();
  return false;
}

/// One at a time: each stops the worker for a moment.
void StateKeeper::checkpoint_when_due(std::span<TaskSlot* const> slots) {
  for (TaskSlot* slot : slots) {
    bool due = clock_.now() - slot->checkpointed_at >= options_.checkpoint_interval;
    if (!due || !slot->task->state().has_overlay()) continue;
    checkpoint(*slot);
    return;
  }
}

void StateKeeper::make_room(std::span<TaskSlot* const> slots) {
  uint64_t bytes = bytes_of(slots);
  bool full = bytes > options_.memory_bytes;
  if (full && may_try()) {
    for (TaskSlot* slot : slots) {
      StateStore& state = slot->task->state();
      bool clean = !state.has_overlay() || checkpoint(*slot);
      if (!clean) continue;
      double share = static_cast<double>(state.bytes()) / static_cast<double>(bytes);
      state.evict(static_cast<uint64_t>(share * kRoomMade * static_cast<double>(options_.memory_bytes)));
    }
  }
  // Where nothing waits for the disk, only going on shows whether it takes something again.
  auto waits = [](const TaskSlot* slot) { return slot->task->state().has_overlay(); };
  bool pauses = failed_at_ && std::ranges::any_of(slots, waits) && bytes_of(slots) > options_.memory_bytes;
  if (pauses && !paused_) logger_.error("paused: memory for state is full, and the disk takes nothing more");
  if (!pauses && paused_) logger_.info("going on: there is room for state again");
  paused_ = pauses;
}

void StateKeeper::turn_rounds(TaskSlot& slot, Admin& admin) {
  purge(slot, admin);
  if (slot.log.round_due(*slot.task) && checkpoint(slot)) {
    slot.log.begin_round();
    pass(probe_, "before round");
  }
}

void StateKeeper::purge(TaskSlot& slot, Admin& admin) {
  if (slot.deletion == nullptr && !begin_purge(slot, admin)) return;
  const auto deleted = slot.deletion->outcome();
  if (!deleted) return;
  slot.deletion.reset();
  pass(probe_, "after delete_records");
  if (deleted->ok()) {
    slot.log.purged();
    purge_failed_at_.reset();
    return;
  }
  if (!purge_failed_at_) {
    logger_.warn("cannot delete what is superfluous in changelog {}: {}; it grows until that is possible",
                 to_string(slot.log.changelog()), deleted->error().message);
  }
  purge_failed_at_ = clock_.now();
}

bool StateKeeper::begin_purge(TaskSlot& slot, Admin& admin) {
  auto superfluous = slot.log.purgeable();
  bool waits = purge_failed_at_ && clock_.now() - *purge_failed_at_ < kPurgeRetryInterval;
  if (!superfluous || waits || !checkpoint(slot)) return false;
  PartitionPosition before{slot.log.changelog(), *superfluous};
  pass(probe_, "before delete_records");
  slot.deletion = admin.delete_records({&before, 1});
  return true;
}

void StateKeeper::close(std::span<TaskSlot* const> slots) {
  if (!options_.open_disk) return;
  for (TaskSlot* slot : slots) {
    if (slot->task->state().has_overlay()) checkpoint(*slot);
  }
}

}  // namespace pactolus
