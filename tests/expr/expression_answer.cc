#include "expr/expression_answer.h"

#include <map>

#include "base/diagnostic.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

/// The SQLSTATE that PostgreSQL has for a finding.
std::string sqlstate_of(const Diagnostic& diagnostic) {
  static const std::string kMark = "(SQLSTATE ";
  if (size_t at = diagnostic.message.find(kMark); at != std::string::npos) {
    return diagnostic.message.substr(at + kMark.size(), 5);
  }
  if (diagnostic.message.find("does not exist: ") != std::string::npos) return "42883";
  static const std::map<std::string, std::string> kStates = {
      {"unknown-column", "42703"},     {"unknown-function", "42883"},   {"unknown-operator", "42883"},
      {"wrong-arguments", "42883"},    {"type-mismatch", "42804"},      {"cannot-cast", "42846"},
      {"array-expected", "42809"},     {"boolean-expected", "42809"},   {"undetermined-type", "42P18"},
      {"ambiguous-operator", "42725"}, {"ambiguous-function", "42725"}, {"unknown-type", "42704"},
      {"syntax-error", "42601"}};
  auto found = kStates.find(diagnostic.code);
  return found == kStates.end() ? diagnostic.code : found->second;
}

}  // namespace

std::vector<std::string> answer(const std::string& expression, const TestBatch& rows, bool messages) {
  Scope scope;
  scope.inputs = {{"r", &rows.schema}};
  Diagnostics diagnostics;
  ExpressionPtr bound = bind_expression(SourceText::verbatim(expression, "cases.txt"), scope, diagnostics);
  if (!bound) return {"-", "ERROR " + sqlstate_of(diagnostics.sorted().front())};
  RowErrors errors;
  ColumnPtr values = bound->evaluate(rows.batch, rows.batch.selection, errors);
  std::vector<std::string> result = {to_string(Type{bound->type().kind})};
  for (size_t row = 0; row < rows.batch.rows(); ++row) result.push_back(shown(*values, row));
  for (const RowError& error : errors.take())
    result[1 + error.row] = "ERROR " + error.code + (messages ? ": " + error.message : "");
  return result;
}

}  // namespace pactolus::testing
