#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

bool contains_character(std::string_view set, std::string_view character) {
  for (size_t at = 0; at < set.size(); at += character_bytes(set, at)) {
    if (set.substr(at, character_bytes(set, at)) == character) return true;
  }
  return false;
}

/// Where the last character begins; the text isn't empty.
size_t last_character(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  return at;
}

template <bool kBegin, bool kEnd>
Failure trim(std::string_view& out, std::string_view text, std::string_view set) {
  while (kBegin && !text.empty()) {
    size_t bytes = character_bytes(text, 0);
    if (!contains_character(set, text.substr(0, bytes))) break;
    text.remove_prefix(bytes);
  }
  while (kEnd && !text.empty()) {
    size_t last = last_character(text);
    if (!contains_character(set, text.substr(last))) break;
    text = text.substr(0, last);
  }
  out = text;
  return kNoFailure;
}

template <bool kBegin, bool kEnd>
Failure trim_blanks(std::string_view& out, std::string_view text) {
  return trim<kBegin, kEnd>(out, text, " ");
}

using enum TypeKind;

template <bool kBegin, bool kEnd>
constexpr Overload kOverloads[] = {
    {{kText}, kText, &make_kernel<&trim_blanks<kBegin, kEnd>>},
    {{kText, kText}, kText, &make_kernel<&trim<kBegin, kEnd>>},
};

}  // namespace

const FunctionSpec& btrim_spec() {
  static const FunctionSpec spec{
      .name = "btrim",
      .signature = "btrim(text [, text]) → text",
      .summary =
          "Without the blanks, or the characters of the second text, at both ends. Also trim(t), "
          "trim(BOTH | LEADING | TRAILING 'x' FROM t).",
      .example = "btrim('xyxtrimyyx', 'xyz')",
      .overloads = kOverloads<true, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(btrim);

const FunctionSpec& ltrim_spec() {
  static const FunctionSpec spec{
      .name = "ltrim",
      .signature = "ltrim(text [, text]) → text",
      .summary = "Without the blanks, or the characters of the second text, at the begin.",
      .example = "ltrim('zzzytest', 'xyz')",
      .overloads = kOverloads<true, false>,
  };
  return spec;
}
PACTOLUS_REGISTER(ltrim);

const FunctionSpec& rtrim_spec() {
  static const FunctionSpec spec{
      .name = "rtrim",
      .signature = "rtrim(text [, text]) → text",
      .summary = "Without the blanks, or the characters of the second text, at the end.",
      .example = "rtrim('testxxzx', 'xyz')",
      .overloads = kOverloads<false, true>,
  };
  return spec;
}
PACTOLUS_REGISTER(rtrim);

}  // namespace pactolus
