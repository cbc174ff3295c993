// What a user is told about an expression that can't be bound: the very token, what was expected, what to
// write instead.
#include <catch2/catch.hpp>

#include "base/diagnostic.h"
#include "expr/batch_of_text.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

const Schema& payments() {
  static const Schema schema({{"amount", {TypeKind::kNumeric, 12, 2}, false},
                              {"country", kTextType, true},
                              {"quantity", kIntegerType, true},
                              {"Approved", kBooleanType, true},
                              {"paid_at", kTimestamptzType, true},
                              {"day", kDateType, true}});
  return schema;
}

Scope scope_of_payments() {
  static const std::vector<Constant> constants = {{"factor", kIntegerType, "5"},
                                                  {"broken", kIntegerType, "5x"}};
  Scope scope;
  scope.inputs = {{"payments", &payments()}};
  scope.constants = constants;
  scope.hints = {{"usual", "add it in a next step"}};
  return scope;
}

/// All findings as a user sees them, with the expression as the file.
std::string findings(const std::string& expression) {
  Diagnostics diagnostics;
  ExpressionPtr bound =
      bind_expression(SourceText::verbatim(expression, "f.yaml"), scope_of_payments(), diagnostics);
  CHECK((bound == nullptr) == diagnostics.has_errors());
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) text += render(diagnostic, expression);
  return text;
}

/// "code column+length", of the first finding.
std::string place(const std::string& expression) {
  Diagnostics diagnostics;
  bind_expression(SourceText::verbatim(expression, "f.yaml"), scope_of_payments(), diagnostics);
  if (diagnostics.size() == 0) return "fine";
  Diagnostic first = diagnostics.sorted().front();
  return first.code + " " + std::to_string(first.position.column) + "+" + std::to_string(first.length);
}

std::string hint(const std::string& expression) {
  Diagnostics diagnostics;
  bind_expression(SourceText::verbatim(expression, "f.yaml"), scope_of_payments(), diagnostics);
  REQUIRE(diagnostics.size() > 0);
  return diagnostics.sorted().front().hint;
}

TEST_CASE("a finding shows the line, a caret under the token, and a hint") {
  CHECK(findings("quantity > 0 AND amuont > 5") ==
        "f.yaml:1:18: error[unknown-column]: there is no column `amuont`\n"
        " 1 | quantity > 0 AND amuont > 5\n"
        "   |                  ^^^^^^\n"
        "   = hint: did you mean `amount`?\n");
  CHECK(findings("country > quantity") ==
        "f.yaml:1:9: error[type-mismatch]: operator does not exist: text > integer\n"
        " 1 | country > quantity\n"
        "   |         ^\n"
        "   = hint: if the text holds such a value: CAST(country AS integer)\n");
  CHECK(findings("amount > 1 / 0") ==
        "f.yaml:1:12: error[constant-error]: division by zero (SQLSTATE 22012)\n"
        " 1 | amount > 1 / 0\n"
        "   |            ^\n");
}

TEST_CASE("characters before a finding count once, whatever their bytes") {
  CHECK(place("'größe€😀' = amuont") == "unknown-column 13+6");
  CHECK(place("'größe€😀' = = amount") == "syntax-error 13+1");
  CHECK(place("'größe€😀' || 'abc") == "syntax-error 14+1");
}

TEST_CASE("all findings of an expression are reported at once") {
  CHECK(findings("amuont > 1 AND contry = 'x' AND quantity = 'y'").find("amuont") != std::string::npos);
  Diagnostics diagnostics;
  bind_expression(SourceText::verbatim("amuont > 1 AND contry = 'x' AND quantity = 'y'", "f"),
                  scope_of_payments(), diagnostics);
  CHECK(diagnostics.size() == 3);
}

TEST_CASE("names: columns, constants and qualifiers match without regard to case") {
  CHECK(place("AMOUNT + payments.Amount + PAYMENTS.quantity * FACTOR > 0 AND approved") == "fine");
  CHECK(place("\"Approved\"") == "fine");
  CHECK(place("payment.amount") == "unknown-qualifier 1+14");
  CHECK(hint("payment.amount") == "did you mean `payments`?");
  CHECK(place("a.b.amount > 1") == "unknown-qualifier 1+10");
  CHECK(place("1 + payments . amuont") == "unknown-column 5+17");
  CHECK(place("payments.factor") == "unknown-column 1+15");
  CHECK(place("1 + broken") == "invalid-literal 5+6");
}

TEST_CASE("a column that exists in another place has that place's hint") {
  CHECK(hint("amount > Usual") == "add it in a next step");
}

TEST_CASE("double quotes around a text get the hint to use single ones") {
  CHECK(place("country = \"FR\"") == "unknown-column 11+4");
  CHECK(hint("country = \"FR\"") == "a text is written in single quotes: 'FR'");
  CHECK(hint("\"amuont\" > 1") == "did you mean `amount`? a text is written in single quotes: 'amuont'");
}

TEST_CASE("operators of other languages get the hint what to write") {
  CHECK(place("quantity == 5") == "unknown-operator 10+2");
  CHECK(hint("quantity == 5") == "for equality, write =");
  CHECK(place("approved && approved") == "type-mismatch 10+2");
  CHECK(hint("approved && approved") == "for a logical and, write AND");
  CHECK(hint("amount > 1 && quantity > 2") == "for a logical and, write AND");
  CHECK(hint("amount > 1 || quantity > 2") == "|| joins texts; for a logical or, write OR");
  CHECK(hint("approved || approved") == "|| joins texts; for a logical or, write OR");
  CHECK(hint("!approved") == "for negation, write NOT");
  CHECK(hint("country =~ '^F'") == "to match a regular expression, write ~");
  CHECK(hint("approved & approved") == "for a logical and, write AND");
  CHECK(hint("approved | approved") == "for a logical or, write OR");
  CHECK(place("quantity => 5") == "syntax-error 10+2");
}

TEST_CASE("what PostgreSQL has and an expression can't have is refused by name") {
  CHECK(place("(SELECT 1)") == "not-supported 1+10");
  CHECK(place("quantity IN (SELECT 1)") == "not-supported 10+2");
  CHECK(place("EXISTS (SELECT 1)") == "not-supported 1+6");
  CHECK(place("quantity > $1") == "not-supported 12+2");
  CHECK(place("payments.*") == "not-supported 1+10");
  CHECK(place("count(*)") == "aggregate-not-allowed 1+5");
  CHECK(place("1 + sum(amount)") == "aggregate-not-allowed 5+3");
  CHECK(place("row_number() OVER ()") == "window-not-allowed 1+10");
  CHECK(place("lag(amount)") == "window-not-allowed 1+3");
  CHECK(place("sum(amount) OVER hour") == "window-not-allowed 1+3");
  CHECK(place("paid_at > now()") == "not-deterministic 11+3");
  CHECK(hint("paid_at > now()") == "event_time() is the time of the row");
  CHECK(place("age(paid_at) > interval '1 day'") == "wrong-arguments 1+3");
  CHECK(findings("age(paid_at)").find("depends on the clock") != std::string::npos);
  CHECK(place("clock_timestamp() > paid_at") == "not-deterministic 1+15");
  CHECK(place("make_interval(dayz => 3)") == "wrong-arguments 15+4");
  CHECK(place("make_interval(days => amuont)") == "unknown-column 23+6");
  CHECK(place("paid_at AT TIME ZONE 'Europe/Berlni' > paid_at") == "wrong-arguments 22+15");
  CHECK(hint("paid_at AT TIME ZONE 'Europe/Berlni' > paid_at") == "did you mean `Europe/Berlin`?");
  CHECK(hint("timezone('MSK', paid_at) > paid_at") == "write the zone's name, such as `Europe/Moscow`");
  CHECK(place("date_trunc('day', paid_at, 'CETT') = paid_at") == "wrong-arguments 28+6");
  CHECK(place("coalesce(quantity, paid_at AT TIME ZONE 'UTC')") == "type-mismatch 20+26");
  CHECK(place("(day, day) OVERLAPS (day, quantity)") == "type-mismatch 12+8");
  CHECK(place("coalesce(quantity, (day, day) OVERLAPS (day, day))") == "type-mismatch 21+29");
  CHECK(place("paid_at > current_timestamp") == "not-supported 11+17");
  CHECK(place("paid_at > localtimestamp") == "not-supported 11+14");
  CHECK(place("to_char(paid_at, country)") == "wrong-arguments 1+7");
  CHECK(place("date_trunc(country, paid_at)") == "wrong-arguments 1+10");
  CHECK(place("round(x => 3)") == "not-supported 7+1");
  CHECK(place("random() < 0.5") == "not-deterministic 1+6");
  CHECK(place("paid_at < current_timestamp") == "not-supported 11+17");
  CHECK(place("user = 'x'") == "not-supported 1+4");
  CHECK(place("ARRAY[ARRAY[1], ARRAY[2]] = day") == "not-supported 1+5");
  CHECK(place("(ARRAY[1, 2])[1][2] > 0") == "not-supported 2+14");
  CHECK(place("(1, 2)") == "not-supported 1+1");
  CHECK(place("1, 2") == "not-supported 1+4");
  CHECK(place("country COLLATE \"C\" = 'x'") == "not-supported 9+7");
  CHECK(place("country SIMILAR TO 'x'") == "not-supported 9+7");
  CHECK(place("B'101'") == "not-supported 1+6");
  CHECK(place("quantity OPERATOR(pg_catalog.+) 1") == "not-supported 10+8");
  CHECK(place("public.round(1.5)") == "unknown-function 1+6");
  CHECK(place("interval '1' day") == "unknown-type 1+8");
}

TEST_CASE("functions: an unknown name gets the nearest one, wrong arguments the signature") {
  CHECK(place("1 + rond(amount)") == "unknown-function 5+4");
  CHECK(hint("1 + rond(amount)") == "did you mean `round`?");
  CHECK(hint("colaesce(amount, 1)") == "did you mean `coalesce`?");
  CHECK(place("round(amount, 1, 2)") == "wrong-arguments 1+5");
  CHECK(place("lower()") == "wrong-arguments 1+5");
  CHECK(place("round(country)") == "type-mismatch 1+5");
  CHECK(hint("round(country)") ==
        "there is round(numeric [, integer]) → numeric, round(double precision) → double precision");
  CHECK(place("length(DISTINCT country)") == "wrong-arguments 1+6");
  CHECK(place("length(*)") == "wrong-arguments 1+6");
  CHECK(hint("date(paid_at)") == "to convert a value, write CAST(… AS date)");
  CHECK(place("overlay(country PLACING 'x' FROM 1)") == "unknown-function 1+7");
  CHECK(findings("overlay(country PLACING 'x' FROM 1)").find("there is no function `overlay`") !=
        std::string::npos);
  CHECK(place("trim(quantity)") == "type-mismatch 1+4");
  CHECK(place("substring(country, '^F', '#')") == "wrong-arguments 1+9");
  CHECK(place("concat()") == "wrong-arguments 1+6");
  CHECK(place("concat_ws(quantity, country)") == "type-mismatch 1+9");
  CHECK(hint("startswith(country, 'F')") == "did you mean `starts_with`?");
  CHECK(place("extract(fortnight FROM paid_at)") == "wrong-arguments 1+7");
  CHECK(place("extract(hour FROM day)") == "wrong-arguments 1+7");
}

TEST_CASE("format: what is wrong with a template is told at it, in PostgreSQL's words") {
  auto says = [](const std::string& expression, const std::string& message) {
    return findings(expression).find("f.yaml:1:8: error[wrong-arguments]: " + message + "\n") !=
           std::string::npos;
  };
  CHECK(says("format('%s')", "too few arguments for format()"));
  CHECK(says("format('%s %s', 1)", "too few arguments for format()"));
  CHECK(says("format('%3$s', 1, 2)", "too few arguments for format()"));
  CHECK(says("format('%2$s %s', 1, 2)", "too few arguments for format()"));
  CHECK(says("format('%*s', 1)", "too few arguments for format()"));
  CHECK(says("format('%', 1)", "unterminated format() type specifier"));
  CHECK(says("format('%1$-8', 1)", "unterminated format() type specifier"));
  CHECK(says("format('%*1', 1)", "unterminated format() type specifier"));
  CHECK(says("format('%d', 1)", "unrecognized format() type specifier \"d\": for a single \"%\" use \"%%\""));
  CHECK(says("format('%ü', 1)", "unrecognized format() type specifier \"ü\": for a single \"%\" use \"%%\""));
  CHECK(says("format('%0$s', 1)", "format specifies argument 0, but arguments are numbered from 1"));
  CHECK(says("format('%*0$s', 1)", "format specifies argument 0, but arguments are numbered from 1"));
  CHECK(says("format('%*1s', 1, 2)", "width argument position must be ended by \"$\""));
  CHECK(says("format('%99999999999s', 1)", "number is out of range"));
  CHECK(says("format('%I', country)", "format() does not write names of SQL (%I)"));
  CHECK(says("format(country, 1)", "the format must be a constant"));
  CHECK(place("format()") == "wrong-arguments 1+6");
}

TEST_CASE("regular expressions: what is wrong with one is told at its text") {
  CHECK(findings("country ~ '^F(R'") ==
        "f.yaml:1:11: error[invalid-regex]: invalid regular expression: parentheses () not balanced, at its "
        "character 4 (SQLSTATE 2201B)\n"
        " 1 | country ~ '^F(R'\n"
        "   |           ^^^^^^\n");
  CHECK(place("country ~ 'F' || '**'") == "fine");
  CHECK(place("country ~ ('F' || '**')") == "invalid-regex 12+11");
  CHECK(place("regexp_replace(country, '[', 'x')") == "invalid-regex 25+3");
  CHECK(place("regexp_replace(country, 'a', 'x', 'z')") == "invalid-regex 35+3");
  CHECK(place("regexp_like(country, 'a', 'g')") == "invalid-regex 27+3");
  CHECK(place("substring(country FROM 'F{2,1}')") == "invalid-regex 24+8");
  CHECK(place("country ~ country") == "wrong-arguments 11+7");
  CHECK(findings("country ~ country").find("the regular expression must be a constant") != std::string::npos);
  CHECK(place("regexp_count(country, 'a', 1, country)") == "wrong-arguments 31+7");
}

TEST_CASE("regular expressions: what PostgreSQL has and RE2 has not is refused by name") {
  auto refused = [](const std::string& pattern) {
    CHECK(place("country ~ '" + pattern + "'").starts_with("not-supported 11+"));
    std::string found = findings("country ~ '" + pattern + "'");
    size_t begin = found.find("support ") + 8;
    return found.substr(begin, found.find('\n') - begin);
  };
  CHECK(refused("(.)\\1") == "back references");
  CHECK(refused("F(?=R)") == "look-ahead");
  CHECK(refused("F(?!R)") == "look-ahead");
  CHECK(refused("(?<=F)R") == "look-behind");
  CHECK(refused("(?<!F)R") == "look-behind");
  CHECK(refused("***:F") == "a director (***) at the begin");
  CHECK(refused("(?q)F") == "the embedded options e, b and q");
  CHECK(refused("[[.hyphen.]]") == "collating elements ([.….])");
  CHECK(refused("[[=F=]]") == "equivalence classes ([=…=])");
  CHECK(refused("\\033") == "octal escapes");
  CHECK(refused("\\cF") == "control characters as \\c");
  CHECK(refused("\\m.") == "\\m where no word character must follow");
  CHECK(refused(" ?\\M") == "\\M where no word character must precede");
  CHECK(hint("country ~ '\\m'") == "\\y is any edge");
  CHECK(place("regexp_like(country, 'F', 'b')") == "not-supported 27+3");
}

TEST_CASE("arrays: what doesn't fit together is found at its token") {
  CHECK(place("quantity = ANY(quantity)") == "array-expected 16+8");
  CHECK(hint("quantity = ANY(quantity)") == "to compare with a list of values, write IN (…)");
  CHECK(place("quantity + ANY(ARRAY[1]) > 0") == "boolean-expected 10+1");
  CHECK(place("country = ANY(ARRAY[1])") == "type-mismatch 9+1");
  CHECK(place("quantity = ANY('{1,x}')") == "invalid-literal 16+7");
  CHECK(place("country ~ ANY(ARRAY[country])") == "wrong-arguments 15+13");
  CHECK(place("ARRAY[1, country] = ARRAY[1]") == "type-mismatch 10+7");
  CHECK(place("cardinality(ARRAY[]) = 0") == "undetermined-type 13+5");
  CHECK(hint("cardinality(ARRAY[]) = 0") == "write the type behind it: ARRAY[]::integer[]");
  CHECK(place("quantity[1] = 1") == "type-mismatch 1+8");
  CHECK(place("(ARRAY[1])[country] = 1") == "type-mismatch 12+7");
  CHECK(place("ARRAY[1] = ARRAY[1.5]") == "type-mismatch 10+1");
  CHECK(place("cardinality(quantity) = 1") == "type-mismatch 1+11");
  CHECK(place("array_position(ARRAY[1], 1, NULL) = 1") == "constant-error 1+14");
}

TEST_CASE("types: mismatches, casts and literals are found at their tokens") {
  CHECK(place("approved AND quantity") == "type-mismatch 14+8");
  CHECK(place("approved AND quantity + 1") == "type-mismatch 14+12");
  CHECK(place("CASE WHEN quantity THEN 1 END") == "type-mismatch 11+8");
  CHECK(place("CASE WHEN approved THEN 1 ELSE country END") == "type-mismatch 25+1");
  CHECK(place("COALESCE(quantity, country)") == "type-mismatch 20+7");
  CHECK(place("quantity > 'many'") == "invalid-literal 12+6");
  CHECK(place("day = '2026-02-30'") == "invalid-literal 7+12");
  CHECK(place("amount::nummeric") == "unknown-type 9+8");
  CHECK(hint("amount::nummeric") == "did you mean `numeric`?");
  CHECK(hint("paid_at::datetime") == "use timestamptz");
  CHECK(place("amount::text[]") == "cannot-cast 1+12");
  CHECK(place("amount::numeric(50,2)") == "unknown-type 9+7");
  CHECK(place("quantity::boolean::date") == "cannot-cast 1+23");
  CHECK(place("'1' + '2'") == "ambiguous-operator 5+1");
  CHECK(place("2147483647 + 1 > quantity") == "constant-error 12+1");
  CHECK(place("round(1 / 0)") == "constant-error 9+1");
  CHECK(place("quantity IN (1, 2, 5 / 0)") == "constant-error 22+1");
  CHECK(place("country LIKE 'a' ESCAPE 'xy'") == "constant-error 25+4");
}

TEST_CASE("syntax errors stand where PostgreSQL's parser stopped, with a hint for reserved words") {
  CHECK(place("amount >") == "syntax-error 9+1");
  CHECK(place("amount > > 5") == "syntax-error 10+1");
  CHECK(place("amount + order") == "syntax-error 10+5");
  CHECK(hint("amount + order").find("`order` is a word that PostgreSQL reserves") == 0);
  CHECK(hint("end > 5").find("`end` is a word that PostgreSQL reserves") == 0);
  CHECK(hint("amount > 5 AND AND approved").empty());
  CHECK(place("amount > (5") == "syntax-error 10+1");
  CHECK(place("amount > 5)") == "syntax-error 11+1");
  CHECK(place("country = 'x") == "syntax-error 11+1");
  CHECK(place("amount > 5; amount < 3") == "syntax-error 11+1");
  CHECK(place("amount > 5 -- what a comment (") == "fine");
  CHECK(place("amount /* why ( */ > 5") == "fine");
  CHECK(place("amount > 5 /* open") == "syntax-error 12+1");
}

TEST_CASE("a result of another type than wanted is refused, a castable one is cast") {
  auto wanted = [](const std::string& expression, Type type) -> std::string {
    Diagnostics diagnostics;
    ExpressionPtr bound =
        bind_expression_as(SourceText::verbatim(expression, "f"), scope_of_payments(), type, diagnostics);
    return bound ? to_string(bound->type()) : diagnostics.sorted().front().message;
  };
  CHECK(wanted("amount", kBooleanType) == "the expression must be boolean, not numeric");
  CHECK(wanted("amount > 1", kBooleanType) == "boolean");
  CHECK(wanted("'yes'", kBooleanType) == "boolean");
  CHECK(wanted("NULL", kBooleanType) == "boolean");
  CHECK(wanted("quantity", kNumericType) == "numeric");
  CHECK(wanted("amount", kIntegerType) == "the expression must be integer, not numeric");
  CHECK(wanted("quantity", {TypeKind::kNumeric, 10, 2}) == "numeric(10,2)");
}

}  // namespace
}  // namespace pactolus::testing
