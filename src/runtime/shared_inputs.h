#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "log/ports.h"
#include "runtime/task.h"

namespace pactolus {

/// The partitions of global tables that a worker's tasks read: it reads each once and hands the records to
/// all of them. Tasks may stand at different offsets, and each is given what it has not had. Borrows the
/// inputs. Threads: the worker's.
class SharedInputs {
 public:
  void clear() { readers_.clear(); }
  /// Takes the global tables of these tasks over, and no others. Where to read all of their inputs from: what
  /// is shared, from where the task stands that is furthest behind.
  std::vector<PartitionPosition> positions_of(std::span<Task* const> tasks);
  /// Hands on what has arrived; not of a partition of which some task has `records_max` waiting. False:
  /// nothing has. `away` says why, if the log cannot be reached.
  Result<bool> fetch(Reader& reader, size_t records_max, std::string& away);

 private:
  std::map<TopicPartition, std::vector<TaskInput*>> readers_;
};

}  // namespace pactolus
