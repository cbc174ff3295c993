#pragma once

#include <vector>

#include "expr/expression.h"

namespace pactolus {

/// PostgreSQL's concat_ws: the parts that are not null, with the separator between them; null only where the
/// separator is null. All are texts. Fails with 54000 beyond kTextBytesMax.
ExpressionPtr make_joined_text(ExpressionPtr separator, std::vector<ExpressionPtr> parts);

/// The value as PostgreSQL writes it out, where a cast to text may differ: a boolean is t or f, a
/// character(n) keeps its blanks.
ExpressionPtr make_written_out(ExpressionPtr value);

}  // namespace pactolus
