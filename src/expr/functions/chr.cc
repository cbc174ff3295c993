#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kNotPositive{"22023", "character number must be positive"};
constexpr FailureText kNullCharacter{"54000", "null character not permitted"};
constexpr FailureText kNoCharacter{"54000", "requested character not valid for encoding"};

Failure check(int32_t number) {
  if (number < 0) return &kNotPositive;
  if (number == 0) return &kNullCharacter;
  bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  return surrogate || number > 0x10FFFF ? &kNoCharacter : kNoFailure;
}

Failure character(std::string_view& out, Arena& memory, int32_t number) {
  if (Failure failure = check(number)) return failure;
  size_t bytes = number < 0x80 ? 1 : (number < 0x800 ? 2 : (number < 0x10000 ? 3 : 4));
  char* begin = memory.allocate(bytes);
  for (size_t i = bytes - 1; i > 0; --i, number >>= 6) begin[i] = static_cast<char>(0x80 | (number & 0x3F));
  constexpr int kMarks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  begin[0] = static_cast<char>(kMarks[bytes] | number);
  out = {begin, bytes};
  return kNoFailure;
}

constexpr Overload kOverloads[] = {{{TypeKind::kInteger}, TypeKind::kText, &make_kernel<&character>}};

}  // namespace

const FunctionSpec& chr_spec() {
  static const FunctionSpec spec{
      .name = "chr",
      .signature = "chr(integer) → text",
      .summary = "The character of that Unicode number.",
      .example = "chr(65)",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(chr);

}  // namespace pactolus
