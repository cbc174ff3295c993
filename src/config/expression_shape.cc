#include "config/expression_shape.h"

namespace pactolus {

ExpressionShape shape_of(std::string_view expression) {
  ExpressionShape shape;
  for (size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (shape.open_quote != '\0') {
      if (c == shape.open_quote) shape.open_quote = '\0';  // a doubled quote closes and opens again
    } else if (c == '\'' || c == '"') {
      shape.open_quote = c;
    } else if (c == '(' || c == '[') {
      ++shape.open_brackets;
    } else if (c == ')' || c == ']') {
      --shape.open_brackets;
    } else if (expression.substr(i).starts_with("${") && !shape.has_variable) {
      shape.has_variable = true;
      shape.variable_at = i;
    }
  }
  return shape;
}

}  // namespace pactolus
