#include "data/jsonb/jsonb_scan.h"
#include "data/jsonb/jsonb_string.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

using Found = std::optional<std::string_view>;

template <class... Name>
Failure extract(Found& out, std::string_view value, Name... names) {
  out = value;
  ((out = out ? jsonb_step(*out, names) : std::nullopt), ...);
  return kNoFailure;
}

template <class... Name>
Failure extract_text(Found& out, Arena& memory, std::string_view value, Name... names) {
  Found found;
  extract(found, value, names...);
  if (found) out = jsonb_to_text(*found, memory);
  return kNoFailure;
}

using enum TypeKind;
using Text = std::string_view;

// PostgreSQL takes any number of names.
constexpr Overload kPaths[] = {
    {{kJsonb, kText}, kJsonb, &make_kernel<&extract<Text>>},
    {{kJsonb, kText, kText}, kJsonb, &make_kernel<&extract<Text, Text>>},
    {{kJsonb, kText, kText, kText}, kJsonb, &make_kernel<&extract<Text, Text, Text>>},
    {{kJsonb, kText, kText, kText, kText}, kJsonb, &make_kernel<&extract<Text, Text, Text, Text>>},
};
constexpr Overload kTextPaths[] = {
    {{kJsonb, kText}, kText, &make_kernel<&extract_text<Text>>},
    {{kJsonb, kText, kText}, kText, &make_kernel<&extract_text<Text, Text>>},
    {{kJsonb, kText, kText, kText}, kText, &make_kernel<&extract_text<Text, Text, Text>>},
    {{kJsonb, kText, kText, kText, kText}, kText, &make_kernel<&extract_text<Text, Text, Text, Text>>},
};

}  // namespace

const FunctionSpec& jsonb_extract_path_spec() {
  static const FunctionSpec spec{
      .name = "jsonb_extract_path",
      .signature = "jsonb_extract_path(jsonb, text [, text …]) → jsonb",
      .summary =
          "The value at the end of a path of up to four names, each the key of a member or the index of an "
          "element; NULL if there is none. Longer paths: `#>`.",
      .example = "jsonb_extract_path('{\"a\": [1, 2]}', 'a', '-1')",
      .overloads = kPaths,
  };
  return spec;
}
PACTOLUS_REGISTER(jsonb_extract_path);

const FunctionSpec& jsonb_extract_path_text_spec() {
  static const FunctionSpec spec{
      .name = "jsonb_extract_path_text",
      .signature = "jsonb_extract_path_text(jsonb, text [, text …]) → text",
      .summary = "The same as text: of a string its characters, of a JSON null NULL. Longer paths: `#>>`.",
      .example = "jsonb_extract_path_text('{\"a\": {\"b\": \"c\"}}', 'a', 'b')",
      .overloads = kTextPaths,
  };
  return spec;
}
PACTOLUS_REGISTER(jsonb_extract_path_text);

}  // namespace pactolus
