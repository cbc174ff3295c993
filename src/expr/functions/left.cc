#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// A negative count is counted from the other end.
size_t characters_taken(std::string_view text, int32_t count) {
  if (count >= 0) return static_cast<size_t>(count);
  auto left = static_cast<int64_t>(character_count(text)) + count;
  return static_cast<size_t>(std::max<int64_t>(left, 0));
}

Failure take_left(std::string_view& out, std::string_view text, int32_t count) {
  out = text.substr(0, bytes_of_characters(text, characters_taken(text, count)));
  return kNoFailure;
}

Failure take_right(std::string_view& out, std::string_view text, int32_t count) {
  size_t all = character_count(text);
  size_t taken = std::min(all, characters_taken(text, count));
  out = text.substr(bytes_of_characters(text, all - taken));
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kLeft[] = {{{kText, kInteger}, kText, &make_kernel<&take_left>}};
constexpr Overload kRight[] = {{{kText, kInteger}, kText, &make_kernel<&take_right>}};

}  // namespace

const FunctionSpec& left_spec() {
  static const FunctionSpec spec{
      .name = "left",
      .signature = "left(text, integer) → text",
      .summary = "So many characters of the begin; negative: all but so many of the end.",
      .example = "left('abcde', 2)",
      .overloads = kLeft,
  };
  return spec;
}
PACTOLUS_REGISTER(left);

const FunctionSpec& right_spec() {
  static const FunctionSpec spec{
      .name = "right",
      .signature = "right(text, integer) → text",
      .summary = "So many characters of the end; negative: all but so many of the begin.",
      .example = "right('abcde', 2)",
      .overloads = kRight,
  };
  return spec;
}
PACTOLUS_REGISTER(right);

}  // namespace pactolus
