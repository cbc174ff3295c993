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
  const bool fits = std::ranges::equal(spec.parameters, arguments, {}, {}, &Type::kind);
  return fits || spec.parameters.empty() ? spec.bind(arguments) : nullptr;
}

}  // namespace pactolus
