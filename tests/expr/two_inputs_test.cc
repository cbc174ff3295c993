// Expressions over the rows of two inputs that lie side by side.
#include <catch2/catch.hpp>

#include "base/diagnostic.h"
#include "expr/binder.h"

namespace pactolus::testing {
namespace {

const Schema& auths() {
  static const Schema schema({{"auth_id", kTextType, false},
                              {"merchant", kTextType, false},
                              {"amount", {TypeKind::kNumeric, 12, 2}, false}});
  return schema;
}

const Schema& captures() {
  static const Schema schema({{"auth_id", kTextType, false}, {"captured", kIntegerType, false}});
  return schema;
}

Scope scope() {
  static const std::vector<Constant> constants = {{"least", kIntegerType, "5"}};
  return {{{"auths", &auths()}, {"c", &captures(), true}}, constants, {}};
}

SourceText text(const std::string& expression) { return SourceText::verbatim(expression, "f.yaml"); }

std::string findings(const Diagnostics& diagnostics, const std::string& expression) {
  std::string rendered;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) rendered += render(diagnostic, expression);
  return rendered;
}

std::string refusal(const std::string& expression) {
  Diagnostics diagnostics;
  CHECK(bind_expression(text(expression), scope(), diagnostics) == nullptr);
  return findings(diagnostics, expression);
}

std::string refused_equalities(const std::string& expression) {
  Diagnostics diagnostics;
  CHECK_FALSE(bind_equalities(text(expression), scope(), diagnostics));
  return findings(diagnostics, expression);
}

/// The columns that it depends on, in the row of both inputs.
std::vector<size_t> columns_of(const std::string& expression) {
  Diagnostics diagnostics;
  ExpressionPtr bound = bind_expression(text(expression), scope(), diagnostics);
  INFO(findings(diagnostics, expression));
  REQUIRE(bound);
  std::vector<size_t> columns;
  bound->collect_columns(columns);
  return columns;
}

TEST_CASE("two inputs: columns are named with their input, or without where only one has them") {
  CHECK(columns_of("auths.auth_id || C.auth_id || merchant") == std::vector<size_t>{0, 3, 1});
  CHECK(columns_of("amount > captured + least") == std::vector<size_t>{2, 4});
}

TEST_CASE("two inputs: a column of both needs its input, and a wrong name is known of both") {
  CHECK(refusal("auth_id = 'x'") ==
        "f.yaml:1:1: error[ambiguous-column]: the column `auth_id` is in `auths` and `c`\n"
        " 1 | auth_id = 'x'\n"
        "   | ^^^^^^^\n"
        "   = hint: write `auths.auth_id` or `c.auth_id`\n");
  CHECK_THAT(refusal("captures.captured > 1"), Catch::Contains("here it is `auths` or `c`"));
  CHECK_THAT(refusal("captued > 1"), Catch::Contains("did you mean `captured`?"));
  CHECK_THAT(refusal("auths.captured > 1"), Catch::Contains("there is no column `captured`"));
}

TEST_CASE("two inputs: the columns of one that may be absent may be NULL") {
  const auto nullable = [](const std::string& expression) {
    Diagnostics diagnostics;
    return bind_expression(text(expression), scope(), diagnostics)->nullable();
  };
  CHECK_FALSE(nullable("auths.auth_id"));
  CHECK(nullable("c.auth_id"));
  CHECK(nullable("captured + 1"));
}

TEST_CASE("equalities: each is between columns of two inputs, in either order") {
  Diagnostics diagnostics;
  const auto pairs =
      bind_equalities(text("auths.auth_id = c.auth_id AND captured = auths.amount"), scope(), diagnostics);
  REQUIRE(pairs);
  REQUIRE(pairs->size() == 2);
  CHECK((*pairs)[0].left == ScopeColumn{0, 0, 0});
  CHECK((*pairs)[0].right == ScopeColumn{1, 0, 3});
  CHECK((*pairs)[1].left == ScopeColumn{1, 1, 4});
  CHECK((*pairs)[1].right == ScopeColumn{0, 2, 2});
  CHECK((*pairs)[1].where.position.column == 31);
  CHECK((*pairs)[1].where.length == 23);
}

TEST_CASE("equalities: everything else is refused with what to write") {
  using Catch::Contains;
  CHECK(refused_equalities("auths.auth_id = c.auth_id OR merchant = 'x'") ==
        "f.yaml:1:27: error[no-equality]: only equalities of columns, joined by AND, are possible here\n"
        " 1 | auths.auth_id = c.auth_id OR merchant = 'x'\n"
        "   |                           ^^\n"
        "   = hint: write auths.COLUMN = c.COLUMN; what else must hold can be said in a `filter` step "
        "behind\n");
  for (const char* other : {"auths.auth_id > c.auth_id", "auths.auth_id = merchant", "auths.auth_id = 'x'",
                            "amount = captured + 1", "NOT auths.auth_id = c.auth_id",
                            "lower(auths.auth_id) = c.auth_id", "TRUE", "auths.auth_id"}) {
    INFO(other);
    CHECK_THAT(refused_equalities(other), Contains("[no-equality]"));
  }
  CHECK_THAT(refused_equalities("auth_id = c.auth_id"), Contains("[ambiguous-column]"));
  CHECK_THAT(refused_equalities("auths.auth_di = c.auth_id"), Contains("did you mean"));
}

}  // namespace
}  // namespace pactolus::testing
