#pragma once

#include <optional>
#include <string>

#include "expr/binder.h"
#include "operators/aggregation/aggregate_program.h"

namespace pactolus {

/// What the aggregate calls of a step have in common.
struct CallContext {
  const std::string& step;
  bool windowed;                // the tables of their groups
  const Schema& key;            // of the groups
  bool retracting = false;      // rows must be taken back again
  bool sorts_extremes = false;  // of those, min and max are: all their values are kept
  std::string in_table = {};    // of several tables of groups, the one that the calls are of
};

/// A call that is bound, and its state in the rows of the groups.
struct CallAndState {
  BoundCall call;
  StateField state;
};

/// The aggregates, for the binder.
AggregateResolver aggregate_resolver();
/// None: rows can't be taken back from the call, though that was asked for. Takes the call's expressions only
/// if it succeeds.
std::optional<CallAndState> bind_call(AggregateCall& call, const CallContext& context);

}  // namespace pactolus
