#include "operators/expression_text.h"

#include "base/nearest_name.h"
#include "config/names.h"

namespace pactolus {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Comments, dollar quotes and escapes: blanks may matter where a simple scan does not see it.
bool is_intricate(std::string_view text) {
  return text.find_first_of("$\\") != text.npos || text.find("--") != text.npos ||
         text.find("/*") != text.npos;
}

}  // namespace

Scope scope_of(const OperatorBuild& build) {
  const StepInput& input = build.inputs.front();
  return {{{input.name, input.schema}}, build.constants, build.hints};
}

std::optional<ScopeColumn> copied_column(const SourceText& expression, const Scope& scope) {
  std::string_view name = trimmed(expression.text);
  std::string_view qualifier;
  if (size_t dot = name.find('.'); dot != std::string_view::npos) {
    qualifier = name.substr(0, dot);
    name.remove_prefix(dot + 1);
    if (qualifier.empty()) return std::nullopt;
  }
  if (!is_name(name) || is_reserved_word(name)) return std::nullopt;
  const std::vector<ScopeColumn> found = find_columns(scope, qualifier, name);
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

std::string normal_text(const SourceText& expression) {
  std::string_view text = trimmed(expression.text);
  if (is_intricate(text)) return std::string(text);
  std::string normal;
  char quote = 0;
  for (char c : text) {
    bool blank = quote == 0 && kBlanks.find(c) != std::string_view::npos;
    if (blank && normal.back() == ' ') continue;
    normal += blank ? ' ' : c;
    if (quote == c) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    }
  }
  return normal;
}

}  // namespace pactolus
