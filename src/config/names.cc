#include "config/names.h"

#include <algorithm>
#include <iterator>

#include "base/nearest_name.h"

namespace pactolus {
namespace {

// clang-format off
constexpr std::string_view kReservedWords[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
    "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct",
    "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant",
    "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join",
    "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
    "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
    "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric", "table",
    "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic",
    "verbose", "when", "where", "window", "with"};
// clang-format on
static_assert(std::is_sorted(std::begin(kReservedWords), std::end(kReservedWords)));

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_stream_name(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_name(text);
  return is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
}

bool is_reserved_word(std::string_view text) {
  return std::binary_search(std::begin(kReservedWords), std::end(kReservedWords),
                            std::string_view(lower_case(text)));
}

bool check_name(const Node& node, Diagnostics& diagnostics) {
  if (node.is_reported()) return false;
  if (!is_name(node.text())) {
    diagnostics.add(node.diagnostic("bad-name", "`" + node.text() + "` is not a name",
                                    "a name has letters, digits and `_`, and begins with a letter or `_`"));
    return false;
  }
  if (is_reserved_word(node.text())) {
    diagnostics.add(node.diagnostic("reserved-name", "`" + node.text() + "` is a reserved word of PostgreSQL",
                                    "choose another name, such as `" + node.text() +
                                        "_`; for a field of a source, `path: " + node.text() +
                                        "` says where its value is"));
    return false;
  }
  return true;
}

bool NameScope::declare(const Node& node, Diagnostics& diagnostics) {
  if (!check_name(node, diagnostics)) return false;
  auto [first, is_new] = declared_.emplace(lower_case(node.text()), Name(node));
  if (is_new) return true;
  diagnostics.add(node.diagnostic(
      "duplicate-name", "`" + node.text() + "` is declared a second time: names match without regard to case",
      "the first is `" + first->second.text + "` in line " + std::to_string(first->second.position.line)));
  return false;
}

}  // namespace pactolus
