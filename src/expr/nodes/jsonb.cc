#include "expr/nodes/jsonb.h"

#include "data/array.h"
#include "data/jsonb/jsonb_concatenation.h"
#include "data/jsonb/jsonb_order.h"
#include "data/jsonb/jsonb_scan.h"
#include "data/jsonb/jsonb_string.h"
#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

using Found = std::optional<std::string_view>;

constexpr FailureText kTooLong{"54000", "the resulting jsonb is too long"};

Found find_member(std::string_view value, std::string_view key) { return jsonb_member(value, key); }
Found find_element(std::string_view value, int32_t index) { return jsonb_element(value, index); }

/// A path that has a NULL in it leads nowhere.
Found find_path(std::string_view value, std::string_view path) {
  const ArrayView names(path);
  Found found = value;
  for (size_t i = 0; i < names.size() && found; ++i) {
    found = names.is_null(i) ? std::nullopt : jsonb_step(*found, names.at<std::string_view>(i));
  }
  return found;
}

template <auto Find, class Where>
Failure get(Found& out, std::string_view value, Where where) {
  out = Find(value, where);
  return kNoFailure;
}

template <auto Find, class Where>
Failure get_text(Found& out, Arena& memory, std::string_view value, Where where) {
  const Found found = Find(value, where);
  if (found) out = jsonb_to_text(*found, memory);
  return kNoFailure;
}

Failure contains(uint8_t& out, std::string_view a, std::string_view b) {
  out = jsonb_contains(a, b);
  return kNoFailure;
}

Failure is_contained(uint8_t& out, std::string_view a, std::string_view b) { return contains(out, b, a); }

Failure exists(uint8_t& out, std::string_view value, std::string_view key) {
  out = jsonb_exists(value, key);
  return kNoFailure;
}

/// Of keys that are NULL nothing is asked.
template <bool kAll>
Failure exist(uint8_t& out, std::string_view value, std::string_view keys) {
  const ArrayView names(keys);
  out = kAll;
  for (size_t i = 0; i < names.size() && out == kAll; ++i) {
    if (!names.is_null(i)) out = jsonb_exists(value, names.at<std::string_view>(i));
  }
  return kNoFailure;
}

Failure concatenate(std::string_view& out, Arena& memory, std::string_view a, std::string_view b) {
  const Found joined = concatenate_jsonb(a, b, memory);
  if (!joined) return &kTooLong;
  out = *joined;
  return kNoFailure;
}

using enum TypeKind;
constexpr TypeKind kTexts = array_of(kText);

constexpr OperatorOverload kOperators[] = {
    {"->", {{kJsonb, kText}, kJsonb, &make_kernel<&get<&find_member, std::string_view>>}},
    {"->", {{kJsonb, kInteger}, kJsonb, &make_kernel<&get<&find_element, int32_t>>}},
    {"->>", {{kJsonb, kText}, kText, &make_kernel<&get_text<&find_member, std::string_view>>}},
    {"->>", {{kJsonb, kInteger}, kText, &make_kernel<&get_text<&find_element, int32_t>>}},
    {"#>", {{kJsonb, kTexts}, kJsonb, &make_kernel<&get<&find_path, std::string_view>>}},
    {"#>>", {{kJsonb, kTexts}, kText, &make_kernel<&get_text<&find_path, std::string_view>>}},
    {"@>", {{kJsonb, kJsonb}, kBoolean, &make_kernel<&contains>}},
    {"<@", {{kJsonb, kJsonb}, kBoolean, &make_kernel<&is_contained>}},
    {"?", {{kJsonb, kText}, kBoolean, &make_kernel<&exists>}},
    {"?|", {{kJsonb, kTexts}, kBoolean, &make_kernel<&exist<false>>}},
    {"?&", {{kJsonb, kTexts}, kBoolean, &make_kernel<&exist<true>>}},
    {"||", {{kJsonb, kJsonb}, kJsonb, &make_kernel<&concatenate>}},
};

}  // namespace

std::span<const OperatorOverload> jsonb_operators() { return kOperators; }

ExpressionPtr make_jsonb_step(ExpressionPtr value, ExpressionPtr name) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(value));
  arguments.push_back(std::move(name));
  return make_kernel<&get<&jsonb_step, std::string_view>>(kJsonbType, std::move(arguments));
}

}  // namespace pactolus
