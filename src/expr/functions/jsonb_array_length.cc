#include "data/jsonb/jsonb_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kObject{"22023", "cannot get array length of a non-array"};
constexpr FailureText kScalar{"22023", "cannot get array length of a scalar"};

Failure array_length(int32_t& out, std::string_view value) {
  const JsonbType type = jsonb_type(value);
  if (!is_jsonb_container(type)) return &kScalar;
  if (type != JsonbType::kArray) return &kObject;
  out = static_cast<int32_t>(jsonb_size(value));
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kJsonb}, TypeKind::kInteger, &make_kernel<&array_length>}};

}  // namespace

const FunctionSpec& jsonb_array_length_spec() {
  static const FunctionSpec spec{
      .name = "jsonb_array_length",
      .signature = "jsonb_array_length(jsonb) → integer",
      .summary = "How many elements the array has; what is no array fails (22023).",
      .example = "jsonb_array_length('[1, [2, 3]]')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(jsonb_array_length);

}  // namespace pactolus
