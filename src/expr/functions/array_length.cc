#include "data/array.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

int32_t count(std::string_view array) { return static_cast<int32_t>(ArrayView(array).size()); }

Failure cardinality(int32_t& out, std::string_view array) {
  out = count(array);
  return kNoFailure;
}

/// Of the only dimension, which an empty array doesn't have.
Failure length(std::optional<int32_t>& out, std::string_view array, int32_t dimension) {
  if (dimension == 1 && count(array) > 0) out = count(array);
  return kNoFailure;
}

Failure lower_bound(std::optional<int32_t>& out, std::string_view array, int32_t dimension) {
  if (dimension == 1 && count(array) > 0) out = 1;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kCardinality[] = {{{kArray}, kInteger, &make_kernel<&cardinality>}};
constexpr Overload kLength[] = {{{kArray, kInteger}, kInteger, &make_kernel<&length>}};
constexpr Overload kLower[] = {{{kArray, kInteger}, kInteger, &make_kernel<&lower_bound>}};

}  // namespace

const FunctionSpec& cardinality_spec() {
  static const FunctionSpec spec{
      .name = "cardinality",
      .signature = "cardinality(array) → integer",
      .summary = "How many elements the array has.",
      .example = "cardinality('{7,8,NULL}'::integer[])",
      .overloads = kCardinality,
  };
  return spec;
}
PACTOLUS_REGISTER(cardinality);

const FunctionSpec& array_length_spec() {
  static const FunctionSpec spec{
      .name = "array_length",
      .signature = "array_length(array, dimension integer) → integer",
      .summary = "How many elements the array has in dimension 1; NULL if none, and in other dimensions.",
      .example = "array_length(ARRAY[7, 8, 9], 1)",
      .overloads = kLength,
  };
  return spec;
}
PACTOLUS_REGISTER(array_length);

const FunctionSpec& array_upper_spec() {
  static const FunctionSpec spec{
      .name = "array_upper",
      .signature = "array_upper(array, dimension integer) → integer",
      .summary = "The number of the last element; NULL if there is none, and in other dimensions than 1.",
      .example = "array_upper(ARRAY[7, 8, 9], 1)",
      .overloads = kLength,
  };
  return spec;
}
PACTOLUS_REGISTER(array_upper);

const FunctionSpec& array_lower_spec() {
  static const FunctionSpec spec{
      .name = "array_lower",
      .signature = "array_lower(array, dimension integer) → integer",
      .summary = "The number of the first element, 1; NULL if there is none, and in other dimensions than 1.",
      .example = "array_lower(ARRAY[7, 8, 9], 1)",
      .overloads = kLower,
  };
  return spec;
}
PACTOLUS_REGISTER(array_lower);

}  // namespace pactolus
