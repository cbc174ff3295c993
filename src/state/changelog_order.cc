#include "state/changelog_order.h"

#include <string>

namespace pactolus {

void ChangelogOrder::begin_behind(uint64_t sequence, std::optional<uint32_t> awaited_round) {
  begun_ = true;
  sequence_ = sequence;
  awaited_round_ = awaited_round;
}

Result<void> ChangelogOrder::follow(const ChangelogHeader& header) {
  if (!begun_) PACTOLUS_TRY(begin_with(header));
  if (!amid_transaction_) base_whole_ = !awaited_round_;
  if (header.sequence != sequence_ + 1) {
    return Error{"transaction " + std::to_string(header.sequence) + " follows " + std::to_string(sequence_) +
                 ": transactions are missing or repeated"};
  }
  bool ends_round = (header.flags & ChangelogHeader::kEndOfRound) != 0;
  if (ends_round && awaited_round_ == header.round) awaited_round_.reset();
  amid_transaction_ = header.kind != ChangelogKind::kEpoch;
  if (!amid_transaction_) sequence_ = header.sequence;
  return {};
}

Result<void> ChangelogOrder::begin_with(const ChangelogHeader& header) {
  bool genesis = (header.flags & ChangelogHeader::kGenesis) != 0;
  if (!genesis && (header.flags & ChangelogHeader::kFirstOfRound) == 0) {
    return Error{"its beginning is missing: the first record is of transaction " +
                 std::to_string(header.sequence) + ", neither the task's first nor the first of a round"};
  }
  begin_behind(header.sequence - 1, genesis ? std::nullopt : std::optional{header.round});
  return {};
}

}  // namespace pactolus
