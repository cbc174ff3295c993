#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/operator.h"
#include "operators/projection.h"

namespace pactolus {

/// What becomes of a stream's row for which the table has none.
enum class Unmatched : uint8_t { kNulls, kDrop, kDeadLetter };

/// What a join of a stream (input 0) with a table (input 1) does. Immutable, shared by all tasks.
struct TableJoinProgram {
  std::string step;
  std::string table;               // its name, for messages
  std::vector<size_t> stream_key;  // columns of the stream, each equal to that in the same place of table_key
  std::vector<size_t> table_key;   // the table's primary key
  Schema key_schema;
  std::vector<size_t> kept;  // the columns of the table that the result needs, ascending
  Schema kept_schema;
  Unmatched unmatched = Unmatched::kNulls;
  std::optional<Duration>
      versions;  // how much history is kept, to join as of a row's time; none: at the latest
  std::optional<Duration> age_max;  // of a version at a row's time
  Projection projection;            // over the columns of the stream, then all of the table
  size_t stream_columns = 0;
  size_t table_columns = 0;
  std::vector<std::pair<std::string, std::string>> description;
  std::optional<int32_t> partitions;  // of a repartition topic before it
};

std::unique_ptr<const OperatorNode> make_table_join(TableJoinProgram program);

}  // namespace pactolus
