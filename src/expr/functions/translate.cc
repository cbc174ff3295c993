#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// What a character becomes: itself if `from` doesn't hold it, nothing if `to` has none at its place.
std::string_view translated(std::string_view character, std::string_view from, std::string_view to) {
  size_t target = 0;
  for (size_t at = 0; at < from.size(); at += character_bytes(from, at)) {
    if (from.substr(at, character_bytes(from, at)) == character) {
      return target < to.size() ? to.substr(target, character_bytes(to, target)) : std::string_view();
    }
    if (target < to.size()) target += character_bytes(to, target);
  }
  return character;
}

Failure translate(std::string_view& out, Arena& memory, std::string_view text, std::string_view from,
                  std::string_view to) {
  constexpr size_t kCharacterBytesMax = 4;
  size_t room = kCharacterBytesMax * text.size();
  char* begin = memory.allocate(room);
  char* next = begin;
  for (size_t at = 0; at < text.size(); at += character_bytes(text, at)) {
    std::string_view target = translated(text.substr(at, character_bytes(text, at)), from, to);
    next = std::copy(target.begin(), target.end(), next);
  }
  out = {begin, static_cast<size_t>(next - begin)};
  memory.shrink_last(room - out.size());
  return out.size() > kTextBytesMax ? &failures::kTextTooLong : kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText, kText}, kText, &make_kernel<&translate>}};

}  // namespace

const FunctionSpec& translate_spec() {
  static const FunctionSpec spec{
      .name = "translate",
      .signature = "translate(text, from, to) → text",
      .summary = "Each character of `from` becomes the one at its place in `to`, or goes if there is none.",
      .example = "translate('12345', '143', 'ax')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(translate);

}  // namespace pactolus
