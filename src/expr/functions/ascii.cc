#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure code_point(int32_t& out, std::string_view text) {
  out = 0;
  if (text.empty()) return kNoFailure;
  size_t bytes = character_bytes(text, 0);
  int first_bits = bytes == 1 ? 0x7F : 0x7F >> bytes;
  out = text[0] & first_bits;
  for (size_t i = 1; i < bytes; ++i) out = out << 6 | (text[i] & 0x3F);
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kText}, TypeKind::kInteger, &make_kernel<&code_point>}};

}  // namespace

const FunctionSpec& ascii_spec() {
  static const FunctionSpec spec{
      .name = "ascii",
      .signature = "ascii(text) → integer",
      .summary = "The Unicode number of the first character; 0 for an empty text.",
      .example = "ascii('x')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(ascii);

}  // namespace pactolus
