#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/draft.h"

namespace pactolus {

/// What is known of where a stream's rows are: rows with equal values in `columns` are in one partition.
struct Partitioning {
  std::optional<std::vector<size_t>> columns;  // none: nothing is known; empty: all rows are in one partition
  std::string placement;             // how values give a partition: two streams agree only if it is the same
  bool several_topics = false;       // it holds only while these topics have the same number of partitions
  bool nulls_anywhere = false;       // not those with NULL in the columns
  std::vector<size_t> sources = {};  // whose word for it is taken: how their topics are partitioned

  bool keeps_together(const std::vector<size_t>& by) const;
};

/// One input of a step.
struct InputOfStep {
  size_t step;
  size_t input;
};

/// A repartition topic that steps need before them.
struct Hop {
  size_t stream;            // whose rows go into it
  std::vector<size_t> key;  // columns of the stream
  std::optional<int32_t> partitions;
  size_t group;  // hops of one group have the same number of partitions: rows of theirs meet
  std::vector<InputOfStep> readers;  // in the file's order; they share it
  std::string reason;
};

/// Where each step gets its rows from.
struct Hops {
  std::vector<Hop> hops;
  std::vector<std::vector<std::optional<size_t>>> of_input;  // by step and input; none: it is read as it is
  std::vector<Partitioning> of_stream;
  std::vector<bool> relied_on;  // by stream: a source, and a step relies on how its topic is partitioned
};

/// Decides, for the steps in use, which of their inputs come through a repartition topic. The graph has no
/// errors.
Hops plan_hops(const Draft& draft, const std::vector<bool>& in_use);

}  // namespace pactolus
