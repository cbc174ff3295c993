#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exactness/ledger_events.h"
#include "exactness/results_audit.h"
#include "log/owned_record.h"
#include "state/disk_tier.h"
#include "state/epoch_record.h"

namespace pactolus::testing {

/// The records of one task's changelog that a read_committed reader sees, in order. What is missing before
/// the first one was deleted, and must have been superfluous.
///
/// Transactions without a gap and each once, offsets that never go back, for every step rows in = passed +
/// filtered + absorbed + dead letters, a beginning that a restore can begin with.
Findings audit_changelog(std::span<const OwnedRecord> records);

/// The last epoch record; none: there is none.
std::optional<EpochRecord> last_epoch(std::span<const OwnedRecord> records);

/// The last epochs of all tasks against the events: every event was read once and came out once.
Findings audit_totals(std::span<const Event> events, std::span<const EpochRecord> last_epochs);

/// Entries as a disk holds them: key → value.
using StateImage = std::map<std::string, std::string>;
/// Everything but the mark.
Result<StateImage> image_of(DiskTier& disk);

/// What the changelog says up to `end`, applied entry by entry. None: its beginning is of a round that has
/// not ended by then, so that it does not say everything.
std::optional<StateImage> fold(std::span<const OwnedRecord> records, Offset end);

/// A disk with a checkpoint against the fold of the changelog up to that checkpoint.
struct DiskAudit {
  Findings findings;
  bool compared = false;    // the changelog still tells what the disk should hold
  bool is_current = false;  // the disk holds all that the changelog says
};
DiskAudit audit_disk(const std::string& mark, const StateImage& disk, std::span<const OwnedRecord> records);

}  // namespace pactolus::testing
