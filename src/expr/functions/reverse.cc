#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure reverse(std::string_view& out, Arena& memory, std::string_view text) {
  char* begin = memory.allocate(text.size());
  char* end = begin + text.size();
  for (size_t at = 0; at < text.size(); at += character_bytes(text, at)) {
    end -= character_bytes(text, at);
    std::copy_n(text.begin() + at, character_bytes(text, at), end);
  }
  out = {begin, text.size()};
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kText, &make_kernel<&reverse>}};

}  // namespace

const FunctionSpec& reverse_spec() {
  static const FunctionSpec spec{
      .name = "reverse",
      .signature = "reverse(text) → text",
      .summary = "The characters from the last to the first.",
      .example = "reverse('abcde')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(reverse);

}  // namespace pactolus
