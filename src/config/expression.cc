#include "config/expression.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "config/expression_shape.h"

namespace pactolus {
namespace {

bool is_quoted(const Node& node) {
  return node.style() == ScalarStyle::kSingleQuoted || node.style() == ScalarStyle::kDoubleQuoted;
}

/// Whether YAML would have read the same text without quotes around it.
bool reads_same_unquoted(const Node& node) {
  if (node.text().find('\n') != std::string::npos) return false;
  Diagnostics ignored;
  std::string line = node.in_flow() ? "{x: " + node.text() + "}" : "x: " + node.text();
  auto document = Document::parse("", std::move(line), ignored);
  if (!document || ignored.has_errors()) return false;
  std::vector<Entry> entries = document->root().entries();
  if (entries.size() != 1) return false;
  const Node& value = entries.front().value;
  bool plain = value.is_null() || (value.is_scalar() && value.style() == ScalarStyle::kPlain);
  return plain && value.text() == node.text();
}

std::string in_yaml_double_quotes(const std::string& text) {
  std::string result = "\"'";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\'' ? "''" : std::string(1, c);
  }
  return result + "'\"";
}

Diagnostic unneeded_quotes(const Node& node) {
  return node.diagnostic("unneeded-quotes",
                         "YAML takes these quotes away: the expression is `" + node.text() + "`",
                         "without quotes it is the same expression; the text constant is `" +
                             in_yaml_double_quotes(node.text()) + "`");
}

/// `data #>> '{a}'`: to YAML, all from ` #` on is a comment.
std::optional<Diagnostic> check_comment(const Node& node) {
  SourceText comment = node.comment_behind();
  if (comment.text.empty()) return std::nullopt;
  bool operator_cut =
      comment.text.starts_with("#>") || (comment.text.starts_with("#-") && !comment.text.starts_with("#--"));
  if (!operator_cut && !shape_of(node.text()).is_cut()) return std::nullopt;
  return comment.diagnostic(
      0, comment.text.size(), "cut-by-comment",
      "YAML reads a comment from ` #` on: the expression ends as `" + node.text() + "`",
      "put the expression into a block: `|` behind the key, the expression indented on the next line");
}

std::optional<Diagnostic> check_text(const Node& node) {
  const std::string& text = node.text();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
    return node.diagnostic("empty-expression", "the expression is empty", "the empty text is `\"''\"`");
  }
  if (is_quoted(node)) {
    if (reads_same_unquoted(node)) return unneeded_quotes(node);
    return std::nullopt;
  }
  if (node.style() != ScalarStyle::kPlain) return std::nullopt;
  if (auto cut = check_comment(node)) return cut;
  if (node.in_flow() && shape_of(text).is_cut()) {
    return node.diagnostic("split-at-comma",
                           "YAML ends a value at a comma inside {…} and […]: this one is `" + text + "`",
                           "write it on a line of its own, outside {…} and […]");
  }
  return std::nullopt;
}

std::optional<Diagnostic> check_kind(const Node& node) {
  if (!node.tag().empty()) {
    return node.diagnostic("misplaced-secret", "an expression cannot hold a secret", "");
  }
  if (node.is_null() && lower_case(node.text()) != "null") {
    return node.diagnostic("empty-expression", "an expression is missing here",
                           "the null value is written `null`");
  }
  if (node.is_map() || node.is_sequence()) {
    return node.diagnostic(
        "wrong-kind", "an expression is expected here, not " + std::string(describe(node.kind())),
        "an expression that starts with `{` or `[`, or holds `: `, must be in quotes or in a `|` block");
  }
  return std::nullopt;
}

}  // namespace

std::optional<SourceText> read_expression(const Node& node, Diagnostics& diagnostics) {
  if (node.is_reported()) return std::nullopt;
  std::optional<Diagnostic> finding = check_kind(node);
  if (!finding && node.is_scalar()) finding = check_text(node);
  if (finding) {
    diagnostics.add(*std::move(finding));
    return std::nullopt;
  }
  SourceText expression = node.source_text();
  if (ExpressionShape shape = shape_of(expression.text); shape.has_variable) {
    diagnostics.add(expression.diagnostic(shape.variable_at, 2, "misplaced-variable",
                                          "`${…}` is read in plain settings only, never in an expression",
                                          "declare the value under `constants:` and use its name"));
    return std::nullopt;
  }
  return expression;
}

}  // namespace pactolus
