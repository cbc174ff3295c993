#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "config/source_text.h"
#include "data/schema.h"
#include "expr/expression.h"

namespace pactolus {

/// A name from `constants:`, with the value as PostgreSQL would read the literal.
struct Constant {
  std::string name;
  Type type;
  std::string text;  // the value as text, to be read by `type`
};

/// A part of the row that an expression sees.
struct ScopeInput {
  std::string name;  // which may stand before its columns and a dot; empty: none
  const Schema* schema = nullptr;
  bool may_be_absent = false;  // all its columns are NULL in some rows: an outer join's other side
  /// Of a pattern's stage: the rows that its columns mean outside of aggregate calls.
  enum Rows : uint8_t {
    kThisRow,      // the one that the expression is about
    kOneRow,       // the only one of the stage
    kSeveralRows,  // nothing: there may be several
  };
  Rows rows = kThisRow;
};

/// What names in an expression mean. The columns of its inputs lie side by side in one row. Constants come
/// after columns. Outlives only the binding.
struct Scope {
  std::vector<ScopeInput> inputs;
  std::span<const Constant> constants;
  /// Names that exist elsewhere, with the hint to give when one is used here ("add it in a next step").
  std::vector<std::pair<std::string, std::string>> hints;
  /// The inputs are stages of a pattern: an aggregate's call is over the rows of one, and names it.
  bool are_stages = false;
  /// Stages that cannot be named here, and why not.
  std::vector<std::pair<std::string, std::string>> unnamable_stages = {};
};

/// A column of the row that an expression sees.
struct ScopeColumn {
  size_t input;   // into Scope::inputs
  size_t column;  // of that input
  size_t index;   // in the row
  bool operator==(const ScopeColumn&) const = default;
};
/// All columns of a name, without regard to case; of the input `qualifier` alone, unless it is empty.
std::vector<ScopeColumn> find_columns(const Scope& scope, std::string_view qualifier, std::string_view name);

/// What an ordered-set aggregate's call has beside its values, which are its only argument:
/// `function(fraction) WITHIN GROUP (ORDER BY value DESC)`.
struct WithinGroup {
  bool descending = false;
  std::optional<double> fraction;  // from 0 to 1; none: NULL, or the function takes none
};

/// What the rows of an aggregate's call are ordered by: `function(… ORDER BY key DESC NULLS LAST, …)`.
struct OrderBy {
  ExpressionPtr key;
  bool descending = false;
  bool nulls_first = false;
};

/// An aggregate call found in an expression: `function(arguments ORDER BY order) FILTER (WHERE filter)`.
struct AggregateCall {
  std::string function;  // lower case
  bool star = false;
  bool distinct = false;
  std::vector<ExpressionPtr> arguments;
  std::vector<OrderBy> order;  // none: as they come
  std::optional<WithinGroup> within_group;
  ExpressionPtr filter;  // none: all rows
  std::string window;    // of `OVER window`, one of AggregateResolver::windows
  size_t stage = 0;      // where inputs are stages: the one whose rows it is over
  std::string text;      // its SQL, normalised: equal calls have equal texts
};

/// Resolves aggregate names for the binder (expr/ does not know the aggregates' folder).
struct AggregateResolver {
  std::function<std::optional<Type>(const std::string& function, bool star,
                                    const std::vector<Type>& arguments)>
      result_type;
  std::vector<std::string> names;  // all of them, in lower case
  /// What the arguments of a function become, if it has one signature only; otherwise empty: they stay as
  /// they are, and `result_type` decides. Of an ordered-set aggregate: what its values may be.
  std::function<std::span<const TypeKind>(const std::string& function)> parameters;
  enum class Kind : uint8_t { kPlain, kOrderedSet, kOrderedSetOfFraction };
  std::function<Kind(const std::string& function)> kind;
  /// The look-back windows, of which each call must name one behind OVER; none: calls have no OVER. With them
  /// `complete(window)` is a call of a boolean without arguments, too.
  std::vector<std::string> windows = {};
};

/// The function that says whether the history of a look-back window is known as far as it reaches.
inline constexpr std::string_view kCompleteFunction = "complete";

/// Parses (libpg_query), binds and types an expression. On failure adds diagnostics with the position of the
/// very token (line, column, length), what was expected and the nearest known name, and returns none.
ExpressionPtr bind_expression(const SourceText& source, const Scope& scope, Diagnostics& diagnostics);
/// The same, and the result must be (implicitly castable to) `wanted`.
ExpressionPtr bind_expression_as(const SourceText& source, const Scope& scope, Type wanted,
                                 Diagnostics& diagnostics);

/// Binds an item of an aggregate's `select:`. Aggregate calls' arguments see the scope's inputs. Each
/// distinct call is appended to `calls`; the returned expression's input is the row [grouped columns ...,
/// results of calls ...] where the columns of `grouped` come first and the result of calls[i] is column
/// grouped.size() + i. A column of the input that is neither grouped nor inside an aggregate is a diagnostic.
ExpressionPtr bind_aggregate_expression(const SourceText& source, const Scope& scope, const Schema& grouped,
                                        const AggregateResolver& resolver, std::vector<AggregateCall>& calls,
                                        Diagnostics& diagnostics);

/// The same, and the result must be (implicitly castable to) `wanted`.
ExpressionPtr bind_aggregate_expression_as(const SourceText& source, const Scope& scope,
                                           const Schema& grouped, const AggregateResolver& resolver,
                                           std::vector<AggregateCall>& calls, Type wanted,
                                           Diagnostics& diagnostics);

/// Two columns that an equality holds against each other, and what stands there.
struct ColumnPair {
  ScopeColumn left;
  ScopeColumn right;
  Diagnostic where;  // a finding about the whole equality, to be given a code and a message
};
/// Reads `a.x = b.x AND a.y = b.y`: equalities of columns, each of one input with one of another. None:
/// diagnostics say what else there is.
std::optional<std::vector<ColumnPair>> bind_equalities(const SourceText& source, const Scope& scope,
                                                       Diagnostics& diagnostics);

}  // namespace pactolus
