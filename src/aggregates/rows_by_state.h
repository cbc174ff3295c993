#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "data/column.h"

namespace pactolus {

/// Calls `use(std::byte* state, std::span<const uint32_t> rows)` once for each state that has a row which
/// `counts`, with those rows in their order; the states come in any order. For what is changed as a whole: it
/// shall be changed once in a batch. `rows` and `states` are those of Aggregate::add.
template <class Counts, class Use>
void for_each_state(std::span<const uint32_t> rows, std::span<std::byte* const> states, const Counts& counts,
                    const Use& use) {
  std::vector<uint32_t> order;
  order.reserve(rows.size());
  for (uint32_t i = 0; i < rows.size(); ++i) {
    if (counts(rows[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, std::less<>(), [&](uint32_t i) { return states[i]; });
  std::vector<uint32_t> of_state;
  for (size_t i = 0; i < order.size();) {
    std::byte* const state = states[order[i]];
    of_state.clear();
    for (; i < order.size() && states[order[i]] == state; ++i) of_state.push_back(rows[order[i]]);
    use(state, std::span<const uint32_t>(of_state));
  }
}

/// The same of the rows whose value in `column` is not null.
template <class Use>
void for_each_state(const Column& column, std::span<const uint32_t> rows, std::span<std::byte* const> states,
                    const Use& use) {
  for_each_state(
      rows, states, [&](uint32_t row) { return !column.is_null(row); }, use);
}

}  // namespace pactolus
