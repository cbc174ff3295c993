#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// The text with `missing` characters of `fill`, repeated, before or behind it.
template <bool kBefore>
Failure pad_with(std::string_view& out, Arena& memory, std::string_view text, std::string_view fill,
                 size_t missing) {
  size_t fill_characters = character_count(fill);
  size_t copies = missing / fill_characters;
  std::string_view rest = fill.substr(0, bytes_of_characters(fill, missing % fill_characters));
  size_t bytes = text.size() + copies * fill.size() + rest.size();
  if (bytes > kTextBytesMax) return &failures::kTextTooLong;
  char* begin = memory.allocate(bytes);
  char* to = begin;
  if (!kBefore) to = std::copy(text.begin(), text.end(), to);
  for (; copies > 0; --copies) to = std::copy(fill.begin(), fill.end(), to);
  to = std::copy(rest.begin(), rest.end(), to);
  if (kBefore) std::copy(text.begin(), text.end(), to);
  out = {begin, bytes};
  return kNoFailure;
}

template <bool kBefore>
Failure pad(std::string_view& out, Arena& memory, std::string_view text, int32_t length,
            std::string_view fill) {
  auto wanted = static_cast<size_t>(std::max(length, 0));
  size_t present = character_count(text);
  if (present < wanted && !fill.empty()) {
    return pad_with<kBefore>(out, memory, text, fill, wanted - present);
  }
  out = text.substr(0, bytes_of_characters(text, wanted));
  return kNoFailure;
}

template <bool kBefore>
Failure pad_blanks(std::string_view& out, Arena& memory, std::string_view text, int32_t length) {
  return pad<kBefore>(out, memory, text, length, " ");
}

using enum TypeKind;

template <bool kBefore>
constexpr Overload kOverloads[] = {
    {{kText, kInteger}, kText, &make_kernel<&pad_blanks<kBefore>>},
    {{kText, kInteger, kText}, kText, &make_kernel<&pad<kBefore>>},
};

}  // namespace

const FunctionSpec& lpad_spec() {
  static const FunctionSpec spec{
      .name = "lpad",
      .signature = "lpad(text, integer [, text]) → text",
      .summary =
          "The text at that length: filled at its begin with blanks or the third text, or cut at its end.",
      .example = "lpad('42', 8, '0')",
      .overloads = kOverloads<true>,
  };
  return spec;
}
PACTOLUS_REGISTER(lpad);

const FunctionSpec& rpad_spec() {
  static const FunctionSpec spec{
      .name = "rpad",
      .signature = "rpad(text, integer [, text]) → text",
      .summary = "The text at that length: filled at its end with blanks or the third text, or cut there.",
      .example = "rpad('hi', 5, 'xy')",
      .overloads = kOverloads<false>,
  };
  return spec;
}
PACTOLUS_REGISTER(rpad);

}  // namespace pactolus
