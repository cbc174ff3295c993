#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure repeat(std::string_view& out, Arena& memory, std::string_view text, int32_t times) {
  auto copies = static_cast<size_t>(std::max(times, 0));
  size_t bytes = copies * text.size();
  if (text.size() > kTextBytesMax || bytes > kTextBytesMax) return &failures::kTextTooLong;
  char* begin = memory.allocate(bytes);
  for (char* to = begin; to < begin + bytes; to += text.size()) std::copy(text.begin(), text.end(), to);
  out = {begin, bytes};
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kInteger}, kText, &make_kernel<&repeat>}};

}  // namespace

const FunctionSpec& repeat_spec() {
  static const FunctionSpec spec{
      .name = "repeat",
      .signature = "repeat(text, integer) → text",
      .summary = "The text so many times.",
      .example = "repeat('Pg', 4)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(repeat);

}  // namespace pactolus
