#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// Field `number`, counted from 1; empty behind the last one.
std::string_view field(std::string_view text, std::string_view separator, int64_t number) {
  for (; number > 1; --number) {
    size_t at = text.find(separator);
    if (at == text.npos) return {};
    text.remove_prefix(at + separator.size());
  }
  return text.substr(0, text.find(separator));
}

int64_t field_count(std::string_view text, std::string_view separator) {
  int64_t count = 1;
  for (size_t at = 0; (at = text.find(separator, at)) != text.npos; at += separator.size()) ++count;
  return count;
}

Failure split_part(std::string_view& out, std::string_view text, std::string_view separator, int32_t number) {
  if (number == 0) return &failures::kFieldZero;
  out = {};
  if (separator.empty()) {
    if (number == 1 || number == -1) out = text;
    return kNoFailure;
  }
  int64_t from_begin = number > 0 ? number : field_count(text, separator) + number + 1;
  if (from_begin > 0) out = field(text, separator, from_begin);
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText, kText, kInteger}, kText, &make_kernel<&split_part>}};

}  // namespace

const FunctionSpec& split_part_spec() {
  static const FunctionSpec spec{
      .name = "split_part",
      .signature = "split_part(text, separator, integer) → text",
      .summary =
          "One of the fields between separators, counted from 1, or from the end with -1; empty if "
          "there is none.",
      .example = "split_part('abc~@~def~@~ghi', '~@~', 2)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(split_part);

}  // namespace pactolus
