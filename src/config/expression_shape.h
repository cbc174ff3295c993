#pragma once

#include <string_view>

namespace pactolus {

/// How far a piece of text is from being a whole expression: what it opens and does not close.
struct ExpressionShape {
  int open_brackets = 0;      // ( and [; below 0 if more are closed than opened
  char open_quote = '\0';     // ' or ", or none
  bool has_variable = false;  // ${ outside quotes
  size_t variable_at = 0;

  bool is_cut() const { return open_brackets > 0 || open_quote != '\0'; }
};

ExpressionShape shape_of(std::string_view expression);

}  // namespace pactolus
