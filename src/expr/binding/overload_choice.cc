#include "expr/binding/overload_choice.h"

#include <algorithm>
#include <memory>

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

OverloadChoice choose(const Overload* candidate) {
  return {candidate == nullptr ? std::nullopt : std::optional(*candidate), false};
}

OverloadChoice choose_among(Candidates candidates, Arguments arguments) {
  auto decided = [&candidates] { return candidates.size() <= 1; };
  auto result = [&candidates]() -> OverloadChoice {
    return choose(candidates.empty() ? nullptr : candidates.front());
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
  if (all_known) return {std::nullopt, true};
  keep_by_category(candidates, arguments);
  if (decided()) return result();
  const Overload* last = all_of_the_known_type(candidates, arguments);
  return last != nullptr ? choose(last) : OverloadChoice{std::nullopt, true};
}

/// The type of the elements that a polymorphic overload's arguments stand for; none: there is none.
std::optional<TypeKind> element_kind(const Overload& overload, Arguments arguments) {
  std::vector<MaybeKind> kinds;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool array = overload.kinds[i] == TypeKind::kArray;
    if (!arguments[i] || (!array && overload.kinds[i] != kAnyElement)) continue;
    if (is_array(*arguments[i]) != array) return std::nullopt;
    kinds.push_back(array ? element_of(*arguments[i]) : *arguments[i]);
  }
  if (kinds.empty()) return std::nullopt;
  const CommonType common = common_type(kinds);
  const bool same = std::all_of(kinds.begin(), kinds.end(), [&](MaybeKind kind) { return kind == kinds[0]; });
  return common.misfit || (!same && !overload.unifies) ? std::nullopt : std::optional(common.kind);
}

/// The overload with the types that it has for these arguments.
std::optional<Overload> instance(const Overload& overload, Arguments arguments) {
  if (overload.count != arguments.size()) return std::nullopt;
  const std::optional<TypeKind> element = element_kind(overload, arguments);
  if (!element) return std::nullopt;
  const auto actual = [&](TypeKind kind) {
    return kind == TypeKind::kArray ? array_of(*element) : kind == kAnyElement ? *element : kind;
  };
  Overload made = overload;
  for (size_t i = 0; i < made.count; ++i) made.kinds[i] = actual(made.kinds[i]);
  made.result = actual(made.result);
  return made;
}

/// The candidates, with instances in place of the polymorphic ones. Lives during one choice.
class Concrete {
 public:
  Concrete(std::span<const Overload* const> candidates, Arguments arguments) {
    for (const Overload* candidate : candidates) {
      if (!candidate->is_polymorphic()) {
        candidates_.push_back(candidate);
      } else if (std::optional<Overload> made = instance(*candidate, arguments)) {
        instances_.push_back(std::make_unique<Overload>(*made));
        candidates_.push_back(instances_.back().get());
      }
    }
  }

  std::span<const Overload* const> candidates() const { return candidates_; }

 private:
  std::vector<std::unique_ptr<const Overload>> instances_;
  Candidates candidates_;
};

Candidates applicable(std::span<const Overload* const> candidates, Arguments arguments) {
  Candidates kept;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(kept),
               [&](const Overload* candidate) { return takes(*candidate, arguments); });
  return kept;
}

}  // namespace

OverloadChoice choose_function(std::span<const Overload* const> candidates, Arguments arguments) {
  const Concrete concrete(candidates, arguments);
  if (const Overload* overload = exact(concrete.candidates(), arguments)) return choose(overload);
  return choose_among(applicable(concrete.candidates(), arguments), arguments);
}

OverloadChoice choose_operator(std::span<const Overload* const> candidates, Arguments arguments) {
  std::vector<MaybeKind> assumed(arguments.begin(), arguments.end());
  if (assumed.size() == 2) {
    if (!assumed[0]) assumed[0] = assumed[1];
    if (!assumed[1]) assumed[1] = assumed[0];
  }
  const Concrete concrete(candidates, assumed);
  if (const Overload* overload = exact(concrete.candidates(), assumed)) return choose(overload);
  return choose_among(applicable(concrete.candidates(), arguments), arguments);
}

}  // namespace pactolus
