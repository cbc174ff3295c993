#include "expr/binding/overload_choice.h"

#include <algorithm>

namespace pactolus {
namespace {

using Candidates = std::vector<const Overload*>;
using Arguments = std::span<const MaybeKind>;

bool takes(const Overload& candidate, Arguments arguments) {
  if (candidate.count != arguments.size()) return false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!implicitly_castable(arguments[i], candidate.kinds[i])) return false;
  }
  return true;
}

const Overload* exact(std::span<const Overload* const> candidates, Arguments arguments) {
  for (const Overload* candidate : candidates) {
    if (std::equal(arguments.begin(), arguments.end(), candidate->parameters().begin(),
                   candidate->parameters().end())) {
      return candidate;
    }
  }
  return nullptr;
}

/// Keeps the candidates with the highest score.
template <class Score>
void keep_best(Candidates& candidates, Score score) {
  int best = 0;
  for (const Overload* candidate : candidates) best = std::max(best, score(*candidate));
  std::erase_if(candidates, [&](const Overload* candidate) { return score(*candidate) < best; });
}

/// Counts the known arguments that `good(argument, parameter)` holds for.
template <class Good>
int count_known(const Overload& candidate, Arguments arguments, Good good) {
  int count = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] && good(*arguments[i], candidate.kinds[i])) ++count;
  }
  return count;
}

/// What the candidates agree on for one unknown argument.
struct Slot {
  TypeCategory category;
  bool has_preferred;
};

/// The category of an unknown argument: string if any candidate takes one, else the one they all take.
std::optional<Slot> slot_of(const Candidates& candidates, size_t argument) {
  std::optional<Slot> slot;
  bool conflict = false;
  for (const Overload* candidate : candidates) {
    TypeKind kind = candidate->kinds[argument];
    if (!slot) {
      slot = {category(kind), is_preferred(kind)};
    } else if (slot->category == category(kind)) {
      slot->has_preferred |= is_preferred(kind);
    } else if (category(kind) == TypeCategory::kString) {
      slot = {category(kind), is_preferred(kind)};
    } else {
      conflict = true;
    }
  }
  if (conflict && slot->category != TypeCategory::kString) return std::nullopt;
  return slot;
}

/// Keeps the candidates that fit the categories of the unknown arguments, if those can be told and any fits.
void keep_by_category(Candidates& candidates, Arguments arguments) {
  Candidates kept = candidates;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i]) continue;
    std::optional<Slot> slot = slot_of(candidates, i);
    if (!slot) return;
    std::erase_if(kept, [&](const Overload* candidate) {
      TypeKind kind = candidate->kinds[i];
      return category(kind) != slot->category || (slot->has_preferred && !is_preferred(kind));
    });
  }
  if (!kept.empty()) candidates = std::move(kept);
}

/// If all known arguments have one type, the only candidate that takes it everywhere.
const Overload* all_of_the_known_type(const Candidates& candidates, Arguments arguments) {
  MaybeKind known;
  for (const MaybeKind& argument : arguments) {
    if (!argument) continue;
    if (known && known != argument) return nullptr;
    known = argument;
  }
  if (!known) return nullptr;
  std::vector<MaybeKind> all_known(arguments.size(), known);
  const Overload* found = nullptr;
  for (const Overload* candidate : candidates) {
    if (!takes(*candidate, all_known)) continue;
    if (found) return nullptr;
    found = candidate;
  }
  return found;
}

OverloadChoice choose_among(Candidates candidates, Arguments arguments) {
  auto decided = [&candidates] { return candidates.size() <= 1; };
  auto result = [&candidates]() -> OverloadChoice {
    return {candidates.empty() ? nullptr : candidates.front(), false};
  };
  if (decided()) return result();
  keep_best(candidates, [&](const Overload& candidate) {
    return count_known(candidate, arguments, [](TypeKind a, TypeKind p) { return a == p; });
  });
  if (decided()) return result();
  keep_best(candidates, [&](const Overload& candidate) {
    return count_known(candidate, arguments, [](TypeKind a, TypeKind p) {
      return a == p || (category(a) == category(p) && is_preferred(p));
    });
  });
  if (decided()) return result();
  bool all_known =
      std::all_of(arguments.begin(), arguments.end(), [](const MaybeKind& a) { return a.has_value(); });
  if (all_known) return {nullptr, true};
  keep_by_category(candidates, arguments);
  if (decided()) return result();
  const Overload* last = all_of_the_known_type(candidates, arguments);
  return {last, last == nullptr};
}

Candidates applicable(std::span<const Overload* const> candidates, Arguments arguments) {
  Candidates kept;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(kept),
               [&](const Overload* candidate) { return takes(*candidate, arguments); });
  return kept;
}

}  // namespace

OverloadChoice choose_function(std::span<const Overload* const> candidates, Arguments arguments) {
  if (const Overload* overload = exact(candidates, arguments)) return {overload, false};
  return choose_among(applicable(candidates, arguments), arguments);
}

OverloadChoice choose_operator(std::span<const Overload* const> candidates, Arguments arguments) {
  std::vector<MaybeKind> assumed(arguments.begin(), arguments.end());
  if (assumed.size() == 2) {
    if (!assumed[0]) assumed[0] = assumed[1];
    if (!assumed[1]) assumed[1] = assumed[0];
  }
  if (const Overload* overload = exact(candidates, assumed)) return {overload, false};
  return choose_among(applicable(candidates, arguments), arguments);
}

}  // namespace pactolus
