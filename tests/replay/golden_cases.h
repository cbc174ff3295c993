#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "replay/test_outcome.h"

namespace pactolus::golden {

/// A topology of tests/replay/cases, whose results must be the same however it is run.
struct Case {
  std::string file;
  std::unique_ptr<const Plan> plan;
  std::vector<InlineTest> tests;
  /// The file begins with "# partitions: 1": its results depend on which rows share a partition.
  bool one_partition = false;
  /// The file begins with "# partitions: what remains": how its tables change on the way depends on which
  /// rows share a partition, what they come to does not.
  bool compares_what_remains = false;
};

/// All of them. With a prefix, their topologies' and topics' names begin with it, and no two share one.
std::vector<Case> load_cases(const std::string& prefix = "");

/// A record as a reader sees it; offsets are left out: transactions' markers take some up.
struct SeenRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  ProcessingTime timestamp;
  std::vector<OwnedHeader> headers;
  bool operator==(const SeenRecord&) const = default;
};
/// By topic, partition by partition: what came to the sinks and the dead letters.
using Seen = std::map<std::string, std::vector<SeenRecord>>;

/// Plays a test. `log`: none: in memory. `deaths`, if asked for: how many workers were killed on the way.
/// Threads: any.
Result<Seen> results_of(const Plan& plan, const InlineTest& test, VirtualRunOptions options,
                        std::unique_ptr<RunLog> log = nullptr, uint64_t* deaths = nullptr);

/// What must be the same when rows lie in other partitions: keys and values, in any order.
std::map<std::string, std::multiset<std::string>> without_order(const Seen& seen);

/// What must be the same when rows of a group come from several partitions in whichever order: as
/// without_order(), but of a sink that holds a table the last row of each key alone, since the ones before it
/// show the order. Rows in the order of partitions, keys of one row in one partition.
std::map<std::string, std::multiset<std::string>> what_remains(const Plan& plan, const Seen& seen);

/// An idle decision falls with the clock, which a killed worker begins to watch anew: that is no part of the
/// agreement.
bool waits_for_the_clock(const InlineTest& test);

}  // namespace pactolus::golden
