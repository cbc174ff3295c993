// Items of an aggregate's `select:`: which calls they hold and what the rest sees.
#include <catch2/catch.hpp>

#include "expr/batch_of_text.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

const Schema& input() {
  static const Schema schema({{"merchant", kTextType, false},
                              {"amount", {TypeKind::kNumeric, 12, 2}, false},
                              {"quantity", kIntegerType, true}});
  return schema;
}

const Schema& grouped() {
  static const Schema schema({{"merchant", kTextType, false}, {"window_end", kTimestamptzType, false}});
  return schema;
}

const AggregateResolver& resolver() {
  static const AggregateResolver instance{
      [](const std::string& function, bool star, const std::vector<Type>& arguments) -> std::optional<Type> {
        if (function == "count" && (star || arguments.size() == 1)) return kBigintType;
        if (function == "joined")
          return arguments == std::vector<Type>{kDoubleType, kTextType} ? std::optional(kTextType)
                                                                        : std::nullopt;
        if (arguments.size() != 1 || holds_text(arguments[0].kind)) return std::nullopt;
        return kNumericType;
      },
      {"count", "sum", "max", "joined", "most", "middle"},
      [](const std::string& function) {
        static constexpr TypeKind kTwo[] = {TypeKind::kDouble, TypeKind::kText};
        static constexpr TypeKind kMiddles[] = {TypeKind::kDouble, TypeKind::kInterval};
        return function == "joined"   ? std::span<const TypeKind>(kTwo)
               : function == "middle" ? std::span<const TypeKind>(kMiddles)
                                      : std::span<const TypeKind>();
      },
      [](const std::string& function) {
        return function == "most"     ? AggregateResolver::Kind::kOrderedSet
               : function == "middle" ? AggregateResolver::Kind::kOrderedSetOfFraction
                                      : AggregateResolver::Kind::kPlain;
      }};
  return instance;
}

struct Item {
  ExpressionPtr expression;
  std::vector<AggregateCall> calls;
  std::string finding;  // "code column"
};

void bind_more(Item& item, const std::string& text) {
  Scope scope;
  scope.inputs = {{"payments", &input()}};
  Diagnostics diagnostics;
  item.expression = bind_aggregate_expression(SourceText::verbatim(text, "test"), scope, grouped(),
                                              resolver(), item.calls, diagnostics);
  CHECK((item.expression == nullptr) == diagnostics.has_errors());
  if (item.expression) return;
  Diagnostic first = diagnostics.sorted().front();
  item.finding = first.code + " " + std::to_string(first.position.column);
}

Item bind(const std::string& text) {
  Item item;
  bind_more(item, text);
  return item;
}

std::string finding(const std::string& text) { return bind(text).finding; }

std::vector<size_t> columns_of(const Expression& expression) {
  std::vector<size_t> columns;
  expression.collect_columns(columns);
  return columns;
}

TEST_CASE("a call becomes a column behind the grouped ones") {
  Item item = bind("sum(amount * 2) / count(*)");
  REQUIRE(item.calls.size() == 2);
  CHECK(columns_of(*item.expression) == std::vector<size_t>{2, 3});
  CHECK(item.calls[0].function == "sum");
  CHECK(columns_of(*item.calls[0].arguments[0]) == std::vector<size_t>{1});
  CHECK(item.calls[1].star);
  CHECK(item.calls[1].arguments.empty());
  CHECK(to_string(item.expression->type()) == "numeric");
}

TEST_CASE("arguments become what a function with one signature takes, where PostgreSQL would do so unasked") {
  Item item = bind("joined(amount, ', ')");
  REQUIRE(item.calls.size() == 1);
  CHECK(item.calls[0].arguments[0]->type() == kDoubleType);
  CHECK(item.calls[0].arguments[1]->type() == kTextType);
  CHECK(bind("joined('1.5', 'x')").calls[0].arguments[0]->type() == kDoubleType);
  CHECK(finding("joined(merchant, ', ')") == "type-mismatch 1");
  CHECK(finding("joined(amount, amount)") == "type-mismatch 1");
  CHECK(finding("joined(amount)") == "type-mismatch 1");
  CHECK_FALSE(finding("joined('x', ', ')").empty());
}

TEST_CASE("the whole item evaluates over grouped columns and results") {
  Item item = bind("merchant || ': ' || round(sum(amount) / count(*), 1)");
  TestBatch results = batch_of({{"merchant", "text", {"m1", "m2"}},
                                {"window_end", "timestamptz", {"2026-01-01", "2026-01-01"}},
                                {"r0", "numeric", {"10.00", "NULL"}},
                                {"r1", "bigint", {"3", "1"}}});
  RowErrors errors;
  ColumnPtr values = item.expression->evaluate(results.batch, results.batch.selection, errors);
  CHECK(shown(*values, 0) == "m1: 3.3");
  CHECK(shown(*values, 1) == "NULL");
}

TEST_CASE("equal calls are one call, across items, however they are written") {
  Item item = bind("sum(amount) + SUM( Amount ) -- the same\n + sum(amount) FILTER (WHERE quantity > 1)");
  CHECK(item.calls.size() == 2);
  bind_more(item,
            "sum(amount) FILTER (WHERE quantity>1) > 0 AND sum(DISTINCT amount) > 0 AND sum(amount) BETWEEN "
            "1 AND 2");
  REQUIRE(item.calls.size() == 3);
  CHECK(item.calls[0].text == "sum(amount)");
  CHECK(item.calls[1].filter != nullptr);
  CHECK(item.calls[2].distinct);
  bind_more(item, "count('a') + count('A')");
  CHECK(item.calls.size() == 5);
}

TEST_CASE("columns outside of calls must be grouped ones") {
  CHECK(finding("merchant || window_end::text").empty());
  CHECK(finding("payments.merchant").empty());
  CHECK(finding("sum(amount) + quantity") == "not-grouped 15");
  CHECK(finding("sum(window_end)") == "unknown-column 5");
  CHECK(finding("nonsense") == "unknown-column 1");
}

TEST_CASE("calls that make no sense are refused at their place") {
  CHECK(finding("1 + sum(max(amount))") == "aggregate-not-allowed 9");
  CHECK(finding("sum(merchant)") == "type-mismatch 1");
  CHECK(finding("1 + summ(amount)") == "unknown-function 5");
  CHECK(finding("sum(amount) OVER hour") == "window-not-allowed 1");
  CHECK(finding("sum(amount ORDER BY amuont)") == "unknown-column 21");
  CHECK(finding("sum(VARIADIC amount)") == "not-supported 1");
  CHECK(finding("1 + max(amount) WITHIN GROUP (ORDER BY amount)") == "within-group-not-allowed 5");
  CHECK(finding("sum(amount) FILTER (WHERE quantity)") == "type-mismatch 27");
  CHECK(finding("sum(1 / 0)") == "constant-error 7");
  CHECK(finding("sum(amuont)") == "unknown-column 5");
  CHECK(finding("stddev(amount)") == "unknown-function 1");
}

TEST_CASE("an ordered-set aggregate's call has its values, their order and a constant fraction") {
  Item item =
      bind("MIDDLE(1 - 0.25) WITHIN GROUP (ORDER BY quantity DESC NULLS FIRST) FILTER (WHERE amount > 1)");
  REQUIRE(item.calls.size() == 1);
  const AggregateCall& middle = item.calls[0];
  CHECK(middle.text ==
        "middle(1 - 0.25) within group (order by quantity desc nulls first) filter (where amount > 1)");
  REQUIRE(middle.arguments.size() == 1);
  CHECK(middle.arguments[0]->type() == kDoubleType);
  CHECK(middle.within_group->descending);
  CHECK(middle.within_group->fraction == 0.75);
  CHECK(middle.filter != nullptr);
  bind_more(item, "middle(NULL) WITHIN GROUP (ORDER BY window_end_of(amount))");
  CHECK(item.finding == "unknown-function 37");
  bind_more(item, "middle(NULL) WITHIN GROUP (ORDER BY make_interval(secs => quantity))");
  REQUIRE(item.calls.size() == 2);
  CHECK(item.calls[1].arguments[0]->type() == kIntervalType);
  CHECK_FALSE(item.calls[1].within_group->fraction);
  bind_more(item, "most() WITHIN GROUP (ORDER BY amount ASC) + most() WITHIN GROUP (ORDER BY amount DESC)");
  REQUIRE(item.calls.size() == 4);
  CHECK(item.calls[2].arguments[0]->type() == Type{TypeKind::kNumeric, 12, 2});
  CHECK_FALSE(item.calls[2].within_group->descending);
  CHECK(item.calls[3].within_group->descending);
}

TEST_CASE(
    "ordered-set aggregates without WITHIN GROUP, or with what they don't take, are refused at their place") {
  CHECK(finding("1 + middle(0.5, amount)") == "within-group-missing 5");
  CHECK(finding("most(amount)") == "within-group-missing 1");
  CHECK(finding("most()") == "within-group-missing 1");
  CHECK(finding("middle(quantity) WITHIN GROUP (ORDER BY amount)") == "constant-expected 8");
  CHECK(finding("middle(1.5) WITHIN GROUP (ORDER BY amount)") == "constant-error 8");
  CHECK(finding("middle(-0.001) WITHIN GROUP (ORDER BY amount)") == "constant-error 8");
  CHECK(finding("middle('NaN') WITHIN GROUP (ORDER BY amount)") == "constant-error 8");
  CHECK(finding("middle(1 / 0) WITHIN GROUP (ORDER BY amount)") == "constant-error 10");
  CHECK(finding("middle('half') WITHIN GROUP (ORDER BY amount)") == "invalid-literal 8");
  CHECK(finding("middle(true) WITHIN GROUP (ORDER BY amount)") == "type-mismatch 8");
  CHECK(finding("middle() WITHIN GROUP (ORDER BY amount)") == "wrong-arguments 1");
  CHECK(finding("middle(0.5, 0.6) WITHIN GROUP (ORDER BY amount)") == "wrong-arguments 1");
  CHECK(finding("most(0.5) WITHIN GROUP (ORDER BY amount)") == "wrong-arguments 1");
  CHECK(finding("most() WITHIN GROUP (ORDER BY amount, quantity)") == "not-supported 1");
  CHECK(finding("most() WITHIN GROUP (ORDER BY amount USING <)") == "not-supported 44");
  CHECK(finding("most() WITHIN GROUP (ORDER BY sum(amount))") == "aggregate-not-allowed 31");
  CHECK(finding("middle(0.5) WITHIN GROUP (ORDER BY amuont)") == "unknown-column 36");
  CHECK(finding("middle(0.5) WITHIN GROUP (ORDER BY merchant)") == "type-mismatch 1");
  CHECK(finding("middle(DISTINCT 0.5) WITHIN GROUP (ORDER BY amount)") == "syntax-error 22");
}

}  // namespace
}  // namespace pactolus::testing
