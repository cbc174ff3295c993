#include "rows.h"
#include "step_under_test.h"

namespace pactolus {
namespace {

std::string findings(const std::string& yaml) {
  static const Schema schema = schema_of({"symbol text", "price numeric(12,2)", "window_start timestamptz"});
  StepUnderTest step(yaml, {schema});
  CHECK_FALSE(step.built());
  return step.findings();
}

TEST_CASE("aggregate: what contradicts itself is refused with a hint") {
  using Catch::Contains;
  CHECK_THAT(findings("aggregate: {by: symbol, emit: final, select: {n: count(*)}}\n"),
             Contains("`emit: final` needs a `window`"));
  CHECK_THAT(findings("aggregate: {by: symbol, grace: 5s, select: {n: count(*)}}\n"),
             Contains("`grace` needs a `window`"));
  CHECK_THAT(findings("aggregate: {by: symbl, select: {n: count(*)}}\n"),
             Contains("no column `symbl`") && Contains("did you mean `symbol`?"));
  CHECK_THAT(findings("aggregate: {by: [symbol, Symbol], select: {n: count(*)}}\n"),
             Contains("grouped by already"));
  CHECK_THAT(findings("aggregate: {by: symbol, select: {SYMBOL: count(*)}}\n"),
             Contains("has the column `SYMBOL` already"));
  CHECK_THAT(findings("aggregate: {by: window_start, window: {tumbling: 1m}, select: {n: count(*)}}\n"),
             Contains("two columns `window_start`"));
  CHECK_THAT(findings("aggregate: {by: symbol, window: {}, select: {n: count(*)}}\n"),
             Contains("`window` needs the kind of window"));
  CHECK_THAT(findings("aggregate: {select: {n: count(*)}, having: n > 1}\n"), Contains("no key"));
  CHECK_THAT(findings("aggregate: {by: symbol, select: {n: sum(price), m: n + 1}}\n"),
             Contains("use it in a next step"));
  CHECK_THAT(findings("aggregate: {by: symbol, select: {n: sum(price)}, having: price > 1}\n"),
             Contains("`having` sees the result"));
}

TEST_CASE("aggregate: what is not there yet is said to be so, and nothing else about it") {
  CHECK(findings("aggregate:\n  by: symbol\n  window: {session: 30m, at_most: 12h}\n  emit: final\n"
                 "  select: {n: count(*)}\n") ==
        "step.yaml:3:12: error[not-available]: the window `session` is not available yet\n"
        " 3 |   window: {session: 30m, at_most: 12h}\n"
        "   |            ^^^^^^^\n"
        "   = hint: this release has `{tumbling: 1m}`\n");
  CHECK(findings("aggregate:\n  by: symbol\n  window: {tumbling: 1d}\n  emit: changes\n  every: 10s\n"
                 "  select: {n: count(DISTINCT price)}\n") ==
        "step.yaml:5:3: error[not-available]: `every`, which thins changes, is not available yet\n"
        " 5 |   every: 10s\n"
        "   |   ^^^^^\n"
        "   = hint: without it, every change goes out\n");
}

}  // namespace
}  // namespace pactolus
