#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure length_of(int32_t& out, std::string_view text) {
  out = static_cast<int32_t>(character_count(text));
  return kNoFailure;
}

template <int32_t kUnits>
Failure bytes_of(int32_t& out, std::string_view bytes) {
  const bool fits = !__builtin_mul_overflow(bytes.size(), kUnits, &out);
  return fits ? kNoFailure : &failures::kIntegerRange;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText}, kInteger, &make_kernel<&length_of>},
                                   {{kBytea}, kInteger, &make_kernel<&bytes_of<1>>}};
constexpr Overload kOctets[] = {{{kText}, kInteger, &make_kernel<&bytes_of<1>>},
                                {{kBytea}, kInteger, &make_kernel<&bytes_of<1>>}};
constexpr Overload kBits[] = {{{kText}, kInteger, &make_kernel<&bytes_of<8>>},
                              {{kBytea}, kInteger, &make_kernel<&bytes_of<8>>}};

}  // namespace

const FunctionSpec& length_spec() {
  static const FunctionSpec spec{
      .name = "length",
      .signature = "length(text | bytea) → integer",
      .summary = "How many characters the text has, or bytes.",
      .example = "length('Größe')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(length);

const FunctionSpec& octet_length_spec() {
  static const FunctionSpec spec{
      .name = "octet_length",
      .signature = "octet_length(text | bytea) → integer",
      .summary = "How many bytes there are.",
      .example = "octet_length('Größe')",
      .overloads = kOctets,
  };
  return spec;
}
PACTOLUS_REGISTER(octet_length);

const FunctionSpec& bit_length_spec() {
  static const FunctionSpec spec{
      .name = "bit_length",
      .signature = "bit_length(text | bytea) → integer",
      .summary = "How many bits there are.",
      .example = "bit_length('abc')",
      .overloads = kBits,
  };
  return spec;
}
PACTOLUS_REGISTER(bit_length);

}  // namespace pactolus
