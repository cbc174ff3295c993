// Any text as an expression: it is refused with findings, or it binds and then has the same values and errors
// however the rows are split.
#include <algorithm>
#include <cstdint>
#include <string>

#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "base/check.h"
#include "expr/batch_of_text.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

/// A column of each type: usual values, NULL, the extremes.
const TestBatch& rows() {
  static const TestBatch instance = batch_of({
      {"b", "boolean", {"true", "false", "NULL", "true", "false"}},
      {"i", "integer", {"7", "0", "NULL", "2147483647", "-2147483648"}},
      {"l", "bigint", {"9000000000", "-1", "NULL", "9223372036854775807", "-9223372036854775808"}},
      {"d", "double precision", {"2.5", "-0", "NULL", "1.7976931348623157e308", "NaN"}},
      {"e", "double precision", {"-0.1", "5e-324", "NULL", "Infinity", "-Infinity"}},
      {"n",
       "numeric",
       {"3.14159", "0.00", "NULL", "99999999999999999999999999999999999999",
        "-0.00000000000000000000000000000000000001"}},
      {"m", "numeric(12,2)", {"12.50", "-0.05", "NULL", "9999999999.99", "-9999999999.99"}},
      {"t", "text", {"Hello, wörld 100%", "''", "NULL", "😀a\\b{x}", "2026-01-31"}},
      {"z",
       "timestamptz",
       {"2026-01-31 10:20:30.123456", "1970-01-01", "NULL", "9999-12-31 23:59:59.999999", "0001-01-01"}},
      {"s",
       "timestamp",
       {"2026-03-29 02:30:00", "1969-12-31 23:59:59.5", "NULL", "9999-12-31 23:59:59.999999", "0001-01-01"}},
      {"y", "date", {"2024-02-29", "1969-12-31", "NULL", "9999-12-31", "0001-01-01"}},
      {"h", "smallint", {"7", "0", "NULL", "32767", "-32768"}},
      {"f", "real", {"2.5", "-0", "NULL", "3.4028235e38", "NaN"}},
      {"c", "time", {"10:20:30.5", "00:00:00", "NULL", "24:00:00", "23:59:59.999999"}},
      {"u",
       "uuid",
       {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000", "NULL",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000001"}},
      {"jb", "jsonb", {"{\"a\":[1.50,{\"b\":null}]}", "[]", "NULL", "1e40", "\"\\u001fé\""}},
      {"x", "bytea", {"\\x616263", "\\x", "NULL", "\\x00ff5c", "\\xc3a9"}},
      {"v",
       "interval",
       {"1 mon 2 days 03:04:05.6", "00:00:00", "NULL",
        "178956970 years 7 mons 2147483647 days 2562047788:00:54.775807", "-2147483647 days -0.000001"}},
  });
  return instance;
}

Scope scope() {
  Scope result;
  result.inputs = {{"r", &rows().schema}};
  return result;
}

/// What a user sees of an expression that is refused.
void check_findings(const Diagnostics& diagnostics, const std::string& text) {
  PACTOLUS_CHECK(diagnostics.has_errors());
  for (const Diagnostic& finding : diagnostics.sorted()) {
    PACTOLUS_CHECK(!finding.code.empty() && !finding.message.empty());
    render(finding, text);
  }
}

/// For each row of `batch`, what psql would show, an error with its message, or nothing if it isn't in
/// `selected`.
std::vector<std::string> values(const Expression& expression, const ColumnBatch& batch,
                                const std::vector<uint32_t>& selected) {
  RowErrors errors;
  const ColumnPtr column = expression.evaluate(batch, selected, errors);
  PACTOLUS_CHECK(column->rows() == batch.rows() && column->type().kind == expression.type().kind);
  std::vector<RowError> failed = errors.take();
  std::vector<uint32_t> fine = selected;
  remove_failed(fine, failed);
  std::vector<std::string> shown_rows(batch.rows());
  for (uint32_t row : fine) {
    PACTOLUS_CHECK(expression.nullable() || !column->is_null(row));
    shown_rows[row] = shown(*column, row);
  }
  for (const RowError& error : failed) {
    PACTOLUS_CHECK(std::find(selected.begin(), selected.end(), error.row) != selected.end());
    PACTOLUS_CHECK(!error.code.empty() && !error.message.empty());
    shown_rows[error.row] = "ERROR " + error.code + ": " + error.message;
  }
  return shown_rows;
}

void evaluate(const Expression& expression, const ColumnBatch& batch) {
  const std::vector<std::string> together = values(expression, batch, batch.selection);
  for (uint32_t row : batch.selection) {
    const std::string alone = values(expression, batch, {row})[row];
    PACTOLUS_CHECK(alone == together[row], alone + " instead of " + together[row]);
  }
}

const AggregateResolver& resolver() {
  static const AggregateResolver instance = [] {
    AggregateResolver made{[](const std::string& function, bool star,
                              const std::vector<Type>& arguments) -> std::optional<Type> {
                             const AggregateSpec& spec = *find_aggregate(function);
                             if (star && !spec.takes_star) return std::nullopt;
                             if (spec.bind_ordered_set != nullptr) {
                               auto ordered_set = bind_ordered_set(spec, {.value = arguments.front()});
                               return ordered_set ? std::optional(ordered_set->result_type()) : std::nullopt;
                             }
                             auto aggregate = bind_aggregate(spec, arguments);
                             return aggregate ? std::optional(aggregate->result_type()) : std::nullopt;
                           },
                           {},
                           [](const std::string& function) { return find_aggregate(function)->parameters; },
                           [](const std::string& function) {
                             const AggregateSpec& spec = *find_aggregate(function);
                             using Kind = AggregateResolver::Kind;
                             if (spec.bind_ordered_set == nullptr) return Kind::kPlain;
                             return spec.takes_fraction ? Kind::kOrderedSetOfFraction : Kind::kOrderedSet;
                           }};
    for (const AggregateSpec* spec : registered(static_cast<const AggregateSpec*>(nullptr)))
      made.names.emplace_back(spec->name);
    return made;
  }();
  return instance;
}

/// The rows that a call takes: those that its filter lets through and whose arguments don't fail.
std::vector<uint32_t> taken_rows(const AggregateCall& call, std::vector<ColumnPtr>& arguments) {
  std::vector<uint32_t> taken = rows().batch.selection;
  RowErrors errors;
  if (call.filter) {
    const ColumnPtr passes = call.filter->evaluate(rows().batch, taken, errors);
    remove_failed(taken, errors.take());
    std::erase_if(taken, [&](uint32_t row) {
      return passes->is_null(row) || passes->values_of<TypeKind::kBoolean>()[row] == 0;
    });
  }
  for (const ExpressionPtr& argument : call.arguments) {
    arguments.push_back(argument->evaluate(rows().batch, taken, errors));
    remove_failed(taken, errors.take());
  }
  for (const OrderBy& by : call.order) {
    by.key->evaluate(rows().batch, taken, errors);
    remove_failed(taken, errors.take());
  }
  return taken;
}

/// A call's result over all rows as a column of one row, like a group's.
TextColumn result_of(const AggregateCall& call) {
  std::vector<ColumnPtr> arguments;
  const std::vector<uint32_t> taken = taken_rows(call, arguments);
  const AggregateSpec& spec = *find_aggregate(call.function);
  std::string result;
  Type type;
  if (call.within_group) {
    auto ordered_set = bind_ordered_set(
        spec, {arguments[0]->type(), call.within_group->descending, call.within_group->fraction});
    type = ordered_set->result_type();
    OrderedSetGroup group(*ordered_set);
    for (uint32_t row : taken) group.add(*arguments[0], row);
    result = group.result();
  } else {
    std::vector<Type> types;
    for (const ExpressionPtr& argument : call.arguments) types.push_back(argument->type());
    auto aggregate = bind_aggregate(spec, types);
    type = aggregate->result_type();
    GroupStates groups(*aggregate, 2);  // one takes the rows at once, the other one by one
    groups.add(arguments, taken, std::vector<size_t>(taken.size(), 0));
    for (uint32_t row : taken) groups.add(arguments, {row}, {1});
    result = groups.result(0);
    PACTOLUS_CHECK(groups.result(1) == result, groups.result(1) + " instead of " + result);
    groups.merge(0, 1);
    groups.result(0);
  }
  if (result.starts_with("ERROR ") && type.kind != TypeKind::kText) result = "NULL";
  return {call.text, to_string(type), {result}};
}

void fuzz_scalar(const SourceText& source) {
  Diagnostics diagnostics;
  if (auto expression = bind_expression(source, scope(), diagnostics)) {
    evaluate(*expression, rows().batch);
  } else {
    check_findings(diagnostics, source.text);
  }
}

/// As an item of an aggregate's `select:`, grouped by a text.
void fuzz_aggregate(const SourceText& source) {
  static const Schema grouped({{"t", kTextType, true}});
  Diagnostics diagnostics;
  std::vector<AggregateCall> calls;
  auto expression = bind_aggregate_expression(source, scope(), grouped, resolver(), calls, diagnostics);
  if (!expression) return check_findings(diagnostics, source.text);
  std::vector<TextColumn> row = {{"t", "text", {"Hello"}}};
  for (const AggregateCall& call : calls) row.push_back(result_of(call));
  evaluate(*expression, batch_of(row).batch);
}

}  // namespace
}  // namespace pactolus::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pactolus;
  const auto source = SourceText::verbatim({reinterpret_cast<const char*>(data), size}, "fuzz");
  testing::fuzz_scalar(source);
  testing::fuzz_aggregate(source);
  return 0;
}
