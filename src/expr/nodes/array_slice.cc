#include "expr/nodes/array_slice.h"

#include "data/array.h"
#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

Failure slice(std::string_view& out, Arena& memory, std::string_view array, int32_t lower, int32_t upper) {
  const Column elements = elements_of(array);
  const auto first = static_cast<size_t>(std::max(lower, 1) - 1);
  const size_t end = upper < 1 ? 0 : std::min(elements.rows(), static_cast<size_t>(upper));
  out = make_array(elements, std::min(first, end), first < end ? end - first : 0, memory);
  return kNoFailure;
}

}  // namespace

ExpressionPtr make_array_slice(Type array, std::vector<ExpressionPtr> arguments) {
  return make_kernel<&slice>(array, std::move(arguments));
}

}  // namespace pactolus
