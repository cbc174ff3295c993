#pragma once

#include <string>
#include <vector>

#include "expr/batch_of_text.h"

namespace pactolus::testing {

/// An expression's type and its values for the rows, as cases.txt has them; no type but "-" if it is refused.
/// What an expression is refused for stands once. Errors of rows are "ERROR sqlstate", or with messages
/// "ERROR sqlstate: message".
std::vector<std::string> answer(const std::string& expression, const TestBatch& rows, bool messages = false);

}  // namespace pactolus::testing
