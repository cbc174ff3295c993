#include "data/jsonb/jsonb_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure name_of_type(std::string_view& out, std::string_view value) {
  out = jsonb_type_name(jsonb_type(value));
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kJsonb}, TypeKind::kText, &make_kernel<&name_of_type>}};

}  // namespace

const FunctionSpec& jsonb_typeof_spec() {
  static const FunctionSpec spec{
      .name = "jsonb_typeof",
      .signature = "jsonb_typeof(jsonb) → text",
      .summary = "What the value is: 'object', 'array', 'string', 'number', 'boolean' or 'null'.",
      .example = "jsonb_typeof('[1, 2]')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(jsonb_typeof);

}  // namespace pactolus
