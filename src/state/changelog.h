#pragma once

/// The records of a changelog partition (docs/formats.md): blocks of state entries, layout descriptors, epoch
/// records. Every value begins with the same header; every one is checksummed.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "state/layout.h"
#include "state/state_table.h"

namespace pactolus {

class StateStore;

/// One partition of one sub-topology. "trades-3": the sub-topology is named by its lead topic.
struct TaskId {
  std::string lead_topic;
  Partition partition;
  auto operator<=>(const TaskId&) const = default;
};
std::string to_string(const TaskId& task);

enum class ChangelogKind : uint8_t { kBlock = 'B', kLayout = 'L', kEpoch = 'E' };

struct ChangelogHeader {
  static constexpr uint8_t kVersion = 1;
  static constexpr uint8_t kGenesis = 1;       // of the task's first transaction ever
  static constexpr uint8_t kFirstOfRound = 2;  // of the transaction that opened a round
  static constexpr uint8_t kEndOfRound = 4;    // of the transaction that ended it

  ChangelogKind kind = ChangelogKind::kBlock;
  uint8_t flags = 0;
  TaskId task;
  uint64_t sequence = 0;  // of the task's transaction, from 1, without gaps
  uint32_t round = 0;     // 0: none is open
};

/// Kafka's record key of a changelog record: "block", "layout" or "epoch", for the eyes of tools.
std::string_view record_key(ChangelogKind kind);

/// Header and checksummed body.
std::string encode_changelog_record(const ChangelogHeader& header, std::string_view body);
struct ChangelogRecord {
  ChangelogHeader header;
  std::string_view body;  // into the record's value
};
/// Errors: unknown version, wrong checksum, malformed.
Result<ChangelogRecord> decode_changelog_record(std::string_view value);

/// Packs changed entries into blocks: runs of entries of one table, each run with step, table and layout
/// hash.
class BlockWriter {
 public:
  /// No block's body grows beyond this, but for a single larger entry.
  static constexpr size_t kBlockBytesMax = 256 * 1024;

  void add(const TableLayout& layout, const StateChange& change);
  /// The bodies of the blocks so far; empties the writer.
  std::vector<std::string> finish();

 private:
  void open_run(const TableLayout& layout);
  void close_run();

  std::vector<std::string> done_;
  std::string body_;
  const TableLayout* run_ = nullptr;
  size_t run_count_at_ = 0;
  uint32_t run_count_ = 0;
};

/// One entry of a block, with the names of its run.
struct BlockEntry {
  std::string_view step;
  std::string_view table;
  uint64_t layout_hash = 0;
  StateChange change;
};
/// Visits a block's entries in order. The visitor's first error ends the walk and is returned.
Result<void> for_each_entry(std::string_view body,
                            const std::function<Result<void>(const BlockEntry&)>& visit);

/// The layout descriptor: every table of the task.
std::string encode_layouts(const StateStore& store);
Result<std::vector<TableLayout>> decode_layouts(std::string_view body);

}  // namespace pactolus
