#include "aggregates/registry.h"

#include "base/nearest_name.h"

namespace pactolus {

const AggregateSpec* find_aggregate(std::string_view name) {
  std::string wanted = lower_case(name);
  for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr))) {
    if (spec->name == wanted) return spec;
  }
  return nullptr;
}

}  // namespace pactolus
