#pragma once

#include "expr/expression.h"

namespace pactolus {

/// ARRAY[…] of values of the array's element type.
ExpressionPtr make_array_of(Type array, std::vector<ExpressionPtr> elements);

/// ARRAY[element]: with it what takes an element takes NULL, too.
ExpressionPtr make_array_of_one(ExpressionPtr element);

/// What `each`, an expression over column 0, makes of every element, as an array again: a cast of the
/// elements.
ExpressionPtr make_each_element(ExpressionPtr array, ExpressionPtr each);

/// value op ANY (array), or ALL: `comparison` is a boolean over the value (column 0) and an element (column
/// 1).
ExpressionPtr make_quantified(bool all, ExpressionPtr value, ExpressionPtr array, ExpressionPtr comparison);

/// array[index]; NULL where there is no such element. Elements are counted from 1.
ExpressionPtr make_subscript(ExpressionPtr array, ExpressionPtr index);

/// The elements of both; a NULL adds none.
ExpressionPtr make_array_concatenation(ExpressionPtr left, ExpressionPtr right);

}  // namespace pactolus
