#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

size_t occurrences(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

Failure replace_all(std::string_view& out, Arena& memory, std::string_view text, std::string_view from,
                    std::string_view to) {
  size_t count = from.empty() ? 0 : occurrences(text, from);
  if (count == 0) {
    out = text;
    return kNoFailure;
  }
  size_t bytes = text.size() - count * from.size() + count * to.size();
  if (bytes > kTextBytesMax) return &failures::kTextTooLong;
  char* begin = memory.allocate(bytes);
  char* next = begin;
  for (; count > 0; --count) {
    size_t at = text.find(from);
    next = std::copy_n(text.begin(), at, next);
    next = std::copy(to.begin(), to.end(), next);
    text.remove_prefix(at + from.size());
  }
  std::copy(text.begin(), text.end(), next);
  out = {begin, bytes};
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText, kText}, kText, &make_kernel<&replace_all>}};

}  // namespace

const FunctionSpec& replace_spec() {
  static const FunctionSpec spec{
      .name = "replace",
      .signature = "replace(text, from, to) → text",
      .summary = "The text with `to` wherever it holds `from`.",
      .example = "replace('abcdefabcdef', 'cd', 'XX')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(replace);

}  // namespace pactolus
