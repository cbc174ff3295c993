#include "aggregates/registry.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace pactolus {

const AggregateSpec* find_aggregate(std::string_view name) {
  std::string wanted = lower_case(name);
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    if (spec->name == wanted) return spec;
  }
  return nullptr;
}

std::unique_ptr<const Aggregate> bind_aggregate(const AggregateSpec& spec, std::span<const Type> arguments) {
  if (spec.bind == nullptr) return nullptr;
  const bool fits = std::ranges::equal(spec.parameters, arguments, {}, {}, &Type::kind);
  return fits || spec.parameters.empty() ? spec.bind(arguments) : nullptr;
}

std::unique_ptr<const Aggregate> bind_retracting(const AggregateSpec& spec, std::span<const Type> arguments) {
  std::unique_ptr<const Aggregate> plain = bind_aggregate(spec, arguments);
  if (!plain || plain->retracts()) return plain;
  return spec.bind_retracting != nullptr ? spec.bind_retracting(arguments) : nullptr;
}

/// What can take rows back in any order doesn't depend on it.
bool depends_on_order(const AggregateSpec& spec, std::span<const Type> arguments) {
  return !spec.ignores_order && bind_retracting(spec, arguments) == nullptr;
}

std::unique_ptr<const OrderedSetAggregate> bind_ordered_set(const AggregateSpec& spec,
                                                            const OrderedSetCall& call) {
  if (spec.bind_ordered_set == nullptr || !is_key_kind(call.value.kind)) return nullptr;
  const bool fits = spec.parameters.empty() || std::ranges::count(spec.parameters, call.value.kind) > 0;
  return fits ? spec.bind_ordered_set(call) : nullptr;
}

}  // namespace pactolus
