#include "expr/registry.h"

#include "base/nearest_name.h"

namespace pactolus {

const FunctionSpec* find_function(std::string_view name) {
  std::string wanted = lower_case(name);
  for (const FunctionSpec* spec : registered(static_cast<const FunctionSpec*>(nullptr))) {
    if (spec->name == wanted) return spec;
  }
  return nullptr;
}

}  // namespace pactolus
