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

/// True if texts are the same, or numbers of doubles that differ by rounding.
bool nearly_equal(const std::string& a, const std::string& b);

}  // namespace pactolus::testing
