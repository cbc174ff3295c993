#pragma once

#include "expr/binding/binding.h"
#include "expr/overload.h"

struct PgQuery__AArrayExpr;
struct PgQuery__AConst;
struct PgQuery__AExpr;
struct PgQuery__AIndirection;
struct PgQuery__BoolExpr;
struct PgQuery__BooleanTest;
struct PgQuery__CaseExpr;
struct PgQuery__CoalesceExpr;
struct PgQuery__ColumnRef;
struct PgQuery__FuncCall;
struct PgQuery__MinMaxExpr;
struct PgQuery__NullTest;
struct PgQuery__TypeCast;

namespace pactolus {

// One function for each family of nodes of the syntax tree; one file each.

MaybeBound bind_constant(Binding& binding, const PgQuery__AConst& node);
MaybeBound bind_type_cast(Binding& binding, const PgQuery__TypeCast& node);
MaybeBound bind_column(Binding& binding, const PgQuery__ColumnRef& node);
MaybeBound bind_call(Binding& binding, const PgQuery__FuncCall& node);
MaybeBound bind_aggregate_call(Binding& binding, const PgQuery__FuncCall& node, const std::string& function,
                               Span name);
/// complete(window), where there are look-back windows.
MaybeBound bind_complete(Binding& binding, const PgQuery__FuncCall& node, Span name);
/// A column of a pattern's stage outside of aggregate calls; `written`: as it stands there.
MaybeBound bind_stage_column(Binding& binding, const ScopeColumn& column, const std::string& name,
                             Span written);
/// The input that is meant by what stands before a dot; none: a diagnostic was added.
std::optional<size_t> find_input(Binding& binding, const std::string& name, Span span);

/// All that PostgreSQL's grammar calls A_Expr.
MaybeBound bind_a_expr(Binding& binding, const PgQuery__AExpr& node);
MaybeBound bind_like(Binding& binding, const PgQuery__AExpr& node);
MaybeBound bind_distinct(Binding& binding, const PgQuery__AExpr& node);
MaybeBound bind_nullif(Binding& binding, const PgQuery__AExpr& node);
MaybeBound bind_in(Binding& binding, const PgQuery__AExpr& node);
/// value op ANY (array), value op ALL (array).
MaybeBound bind_quantified(Binding& binding, const PgQuery__AExpr& node);
/// ARRAY[…]; `type`: of the array, if a cast says so.
MaybeBound bind_array(Binding& binding, const PgQuery__AArrayExpr& node, std::optional<Type> type);
/// array[1], array[2:3].
MaybeBound bind_indirection(Binding& binding, const PgQuery__AIndirection& node);
/// Whether an operand of an operator is a row: (a, b).
bool compares_rows(const PgQuery__AExpr& node);
MaybeBound bind_row_comparison(Binding& binding, const PgQuery__AExpr& node);
/// Where the left operand is a row.
MaybeBound bind_row_in(Binding& binding, const PgQuery__AExpr& node);
MaybeBound bind_between(Binding& binding, const PgQuery__AExpr& node);

MaybeBound bind_bool_expr(Binding& binding, const PgQuery__BoolExpr& node);
MaybeBound bind_null_test(Binding& binding, const PgQuery__NullTest& node);
MaybeBound bind_boolean_test(Binding& binding, const PgQuery__BooleanTest& node);
MaybeBound bind_case(Binding& binding, const PgQuery__CaseExpr& node);
MaybeBound bind_coalesce(Binding& binding, const PgQuery__CoalesceExpr& node);
MaybeBound bind_min_max(Binding& binding, const PgQuery__MinMaxExpr& node);

// What families build on.

/// The overload of an operator for two operands, and these as it takes them.
struct ResolvedOperator {
  Overload overload;
  std::vector<Bound> operands;
};

/// Adds the finding if `check` (none: there is nothing to check) refuses the arguments; `spans` are theirs,
/// `token` is the function's or operator's. False: it does.
bool accepts(Binding& binding, Check check, std::span<const ExpressionPtr> arguments,
             std::span<const Span> spans, Span token);
/// Resolves an operator by PostgreSQL's rules; `token` is where it stands. None: a diagnostic was added.
std::optional<ResolvedOperator> resolve_operator(Binding& binding, const std::string& name,
                                                 std::vector<Bound> operands, Span token);
MaybeBound apply_operator(Binding& binding, const std::string& name, std::vector<Bound> operands, Span token);
/// AND or OR of booleans that are bound already: constant arguments are taken out, what is behind a deciding
/// one is dropped.
Bound connect_booleans(Binding& binding, bool is_and, std::vector<Bound> arguments, Span span);
Bound negate_boolean(Binding& binding, Bound argument, Span token);

}  // namespace pactolus
