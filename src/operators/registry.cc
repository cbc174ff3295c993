#include "operators/registry.h"

namespace pactolus {

const OperatorSpec* find_operator(std::string_view name) {
  for (const OperatorSpec* spec : registered(static_cast<const OperatorSpec*>(nullptr))) {
    if (spec->name == name) return spec;
  }
  return nullptr;
}

}  // namespace pactolus
