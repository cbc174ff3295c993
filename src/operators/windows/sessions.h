#pragma once

#include <algorithm>
#include <optional>

#include "base/types.h"

namespace pactolus {

/// Sessions: a key's rows as long as no two neighbours in event time are `gap` or more apart, cut where one
/// would become longer than `at_most`.
struct Sessions {
  Duration gap{0};
  std::optional<Duration> at_most = {};

  /// Of a session that began at `first` and whose last row so far is at `last`. Rows before it belong to the
  /// session.
  EventTime end(EventTime first, EventTime last) const {
    return at_most ? std::min(last + gap, first + *at_most) : last + gap;
  }
};

}  // namespace pactolus
