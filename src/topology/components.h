#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "topology/partitioning.h"

namespace pactolus {

/// The graph in use, cut at its hops: which connected part everything belongs to. Parts are numbered so that
/// whoever writes a hop comes before whoever reads it.
struct Components {
  size_t count = 0;
  std::vector<std::optional<size_t>> of_stream;  // none: not in use, or a global table, which is in several
  std::vector<size_t> of_sink;
  std::vector<size_t> reader_of_hop;

  /// The part that writes a hop.
  size_t writer_of(const Hop& hop) const { return *of_stream[hop.stream]; }
};

/// None: a part would wait for its own results; that was reported.
std::optional<Components> find_components(const Draft& draft, const std::vector<bool>& in_use,
                                          const Hops& hops, Diagnostics& diagnostics);

}  // namespace pactolus
