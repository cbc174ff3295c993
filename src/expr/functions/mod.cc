#include "expr/operators.h"
#include "expr/registry.h"

namespace pactolus {

const FunctionSpec& mod_spec() {
  static const std::vector<Overload> overloads = [] {
    std::vector<Overload> all;
    for (const Overload* overload : operators_named("%", 2)) all.push_back(*overload);
    return all;
  }();
  static const FunctionSpec spec{
      .name = "mod",
      .signature = "mod(y, x) → the same, for smallint, integer, bigint and numeric",
      .summary = "y % x, the rest of a division; it has the sign of y.",
      .example = "mod(9, 4)",
      .overloads = overloads,
  };
  return spec;
}
PACTOLUS_REGISTER(mod);

}  // namespace pactolus
