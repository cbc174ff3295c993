#pragma once

#include <string>
#include <vector>

#include "expr/batch_of_text.h"

namespace pactolus::testing {

/// tests/aggregates/cases.txt, or what PACTOLUS_AGGREGATE_CASES names: aggregate calls and what they give for
/// groups of rows.
struct AggregateCases {
  struct Group {
    std::string name;
    std::vector<uint32_t> rows;  // in order, from 0; a row may stand there twice
  };
  struct Case {
    std::string call;
    std::string type;                 // "-": the call is refused
    std::vector<std::string> values;  // one for each group; an error as "ERROR sqlstate"
  };
  std::vector<TextColumn> columns;
  std::vector<Group> groups;
  std::vector<Case> cases;
};

AggregateCases read_aggregate_cases();

/// Sums of doubles depend on the order of additions: of values whose deviations matter, no more than this
/// part of the greater one.
inline constexpr double kDoubleBound = 1e-9;
inline constexpr double kRealBound = 1e-6;  // the same of reals

/// True if texts are the same, or numbers that differ by rounding: by no more than that part of the greater
/// one.
bool nearly_equal(const std::string& a, const std::string& b, double bound = kDoubleBound);

}  // namespace pactolus::testing
