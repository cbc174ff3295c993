#include "data/padding.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

Failure length_of(int32_t& out, std::string_view text) {
  out = static_cast<int32_t>(character_count(text));
  return kNoFailure;
}

Failure length_without_padding(int32_t& out, std::string_view text) {
  return length_of(out, without_padding(text));
}

template <int32_t kUnits>
Failure bytes_of(int32_t& out, std::string_view bytes) {
  const bool fits = !__builtin_mul_overflow(bytes.size(), kUnits, &out);
  return fits ? kNoFailure : &failures::kIntegerRange;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText}, kInteger, &make_kernel<&length_of>},
                                   {{kBpchar}, kInteger, &make_kernel<&length_without_padding>},
                                   {{kBytea}, kInteger, &make_kernel<&bytes_of<1>>}};
constexpr Overload kOctets[] = {{{kText}, kInteger, &make_kernel<&bytes_of<1>>},
                                {{kBpchar}, kInteger, &make_kernel<&bytes_of<1>>},
                                {{kBytea}, kInteger, &make_kernel<&bytes_of<1>>}};
constexpr Overload kBits[] = {{{kText}, kInteger, &make_kernel<&bytes_of<8>>},
                              {{kBytea}, kInteger, &make_kernel<&bytes_of<8>>}};

}  // namespace

const FunctionSpec& length_spec() {
  static const FunctionSpec spec{
      .name = "length",
      .signature = "length(text | bpchar | bytea) → integer",
      .summary = "How many characters the text has, without a bpchar's trailing blanks, or bytes.",
      .example = "length('Größe')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(length);

const FunctionSpec& char_length_spec() {
  static const FunctionSpec spec{
      .name = "char_length",
      .signature = "char_length(text | bpchar) → integer",
      .summary = "Another name of length.",
      .example = "char_length('Größe')",
      .overloads = std::span(kOverloads).first<2>(),
  };
  return spec;
}
PACTOLUS_REGISTER(char_length);

const FunctionSpec& character_length_spec() {
  static const FunctionSpec spec{
      .name = "character_length",
      .signature = "character_length(text | bpchar) → integer",
      .summary = "Another name of length.",
      .example = "character_length('Größe')",
      .overloads = std::span(kOverloads).first<2>(),
  };
  return spec;
}
PACTOLUS_REGISTER(character_length);

const FunctionSpec& octet_length_spec() {
  static const FunctionSpec spec{
      .name = "octet_length",
      .signature = "octet_length(text | bpchar | bytea) → integer",
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
