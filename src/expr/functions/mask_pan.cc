#include "data/text_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

// What PCI DSS 4.0 (3.4.1) lets be seen of a card number, whose length ISO/IEC 7812 bounds.
constexpr size_t kFirstShown = 6;
constexpr size_t kLastShown = 4;
constexpr size_t kDigitsMin = 13;

/// Every text is masked, so that a number which is written in some other way doesn't slip through.
Failure mask_pan(std::string_view& out, Arena& memory, std::string_view text) {
  auto digits = static_cast<size_t>(std::count_if(text.begin(), text.end(), is_digit));
  char* begin = memory.allocate(text.size());
  size_t digit = 0;
  std::transform(text.begin(), text.end(), begin, [&](char c) {
    if (!is_digit(c)) return c;
    ++digit;
    bool shown = digits >= kDigitsMin && (digit <= kFirstShown || digit > digits - kLastShown);
    return shown ? c : '*';
  });
  out = {begin, text.size()};
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText}, kText, &make_kernel<&mask_pan>}};

}  // namespace

const FunctionSpec& mask_pan_spec() {
  static const FunctionSpec spec{
      .name = "mask_pan",
      .signature = "mask_pan(text) → text",
      .summary =
          "A card number with stars for all digits but the first six and the last four; for all digits "
          "if there are fewer than 13. What is not a digit stays.",
      .example = "mask_pan('4111 1111 1111 1111')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(mask_pan);

}  // namespace pactolus
