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
  CHECK_THAT(findings("aggregate: {ttl: 1d, select: {n: count(*)}}\n"),
             Contains("none to forget without `by`"));
  CHECK_THAT(findings("aggregate: {by: symbol, ttl: 1d, window: {tumbling: 1m}, select: {n: count(*)}}\n"),
             Contains("forgotten when it closes"));
  CHECK_THAT(findings("aggregate: {by: symbl, select: {n: count(*)}}\n"),
             Contains("no column `symbl`") && Contains("did you mean `symbol`?"));
  CHECK_THAT(findings("aggregate: {by: [symbol, Symbol], select: {n: count(*)}}\n"),
             Contains("is named already"));
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
  using Catch::Contains;
  CHECK(findings("aggregate:\n  by: symbol\n  windows:\n    runs: {session: 30m, at_most: 12h}\n"
                 "    hours: {tumbling: 1h}\n  select: {n: count(*)}\n") ==
        "step.yaml:4:5: error[not-available]: sessions beside other windows is not available yet\n"
        " 4 |     runs: {session: 30m, at_most: 12h}\n"
        "   |     ^^^^\n"
        "   = hint: give them a step of their own\n");
  CHECK_THAT(findings("aggregate: {by: symbol, ttl: 400d, every: 1m, select: {n: count(*)}}\n"),
             Contains("`ttl` beside `every` is not available yet"));
}

std::string window_findings(const std::string& window) {
  return findings("aggregate:\n  by: symbol\n  " + window + "\n  select: {n: count(*)}\n");
}

TEST_CASE("aggregate: windows that cannot be are refused, each with what to write instead") {
  using Catch::Contains;
  CHECK(window_findings("window: {hopping: 1h}") ==
        "step.yaml:3:12: error[missing-key]: `hopping` needs `every`\n"
        " 3 |   window: {hopping: 1h}\n"
        "   |            ^^^^^^^\n"
        "   = hint: write `{hopping: 1h, every: 5m}`\n");
  CHECK_THAT(window_findings("window: {cumulative: 1d}"), Contains("`cumulative` needs `every`"));
  CHECK_THAT(window_findings("window: {tumbling: 1h, every: 5m}"), Contains("write `hopping`"));
  CHECK_THAT(window_findings("window: {tumbling: 1h, hopping: 1h}"),
             Contains("either `tumbling` or `hopping`") && Contains("under `windows`"));
  CHECK_THAT(window_findings("window: {session: 1h, at_most: 5m}"), Contains("at least 1h"));
  CHECK_THAT(window_findings("window: {session: 1h, every: 5m}"), Contains("write `at_most`"));
  CHECK_THAT(window_findings("window: {tumbling: 1h, at_most: 5m}"),
             Contains("`at_most` belongs to `session`"));
  CHECK_THAT(window_findings("windows: {a: {session: 1h}, b: {tumbling: 1h}}"),
             Contains("sessions beside other windows"));
  CHECK_THAT(window_findings("windows: {a: {rows: 10}, b: {tumbling: 1h}}"),
             Contains("windows of so many rows beside other windows"));
  CHECK_THAT(window_findings("window: {rows: 0}"), Contains("rows"));
  CHECK_THAT(window_findings("window: {rows: 10, every: 5m}"), Contains("leave `every` out"));
  CHECK_THAT(window_findings("window: {rows: 10}\n  every: 1m"), Contains("write `emit: changes`"));
  CHECK_THAT(window_findings("window: {tumbling: 1m}\n  every: 10s"), Contains("write `emit: changes`"));
  CHECK_THAT(window_findings("window: {tumbling: 1m}\n  early: 10s\n  emit: changes"),
             Contains("conflicting-keys"));
  CHECK_THAT(window_findings("window: {tumbling: 1m}\n  early: 10s\n  every: 10s"),
             Contains("conflicting-keys"));
  CHECK_THAT(window_findings("early: 10s"), Contains("early-without-window"));
  CHECK_THAT(window_findings("window: {session: 1h}\n  early: 10s\n  emit: changes"),
             Contains("conflicting-keys"));
  CHECK_THAT(findings("aggregate: {window: {tumbling: 1m}, early: 10s, select: {is_final: count(*)}}\n"),
             Contains("has the column `is_final` already"));
  CHECK_THAT(window_findings("late: amend"), Contains("late-without-window"));
  CHECK_THAT(window_findings("window: {tumbling: 1m}\n  late: drop"), Contains("one of dead_letter, amend"));
  CHECK_THAT(window_findings("window: {rows: 10}\n  late: amend"),
             Contains("cannot-amend") && Contains("would move into another window") &&
                 Contains("read the dead letters `late`"));
  CHECK_THAT(window_findings("window: {session: 1h}\n  late: amend\n  early: 10s"),
             Contains("cannot-amend") && Contains("may join sessions"));
  CHECK_THAT(window_findings("window: {hopping: 5m, every: 1h}"), Contains("at most 5m"));
  CHECK_THAT(window_findings("window: {cumulative: 5m, every: 1h}"), Contains("at most 5m"));
  CHECK_THAT(window_findings("window: {tumbling: 1h, zone: UTC}"), Contains("`zone` belongs to `calendar`"));
  CHECK_THAT(window_findings("window: {calendar: fortnight}"), Contains("fortnight"));
  CHECK_THAT(window_findings("window: {calendar: day, zone: Europe/Pariss}"), Contains("Europe/Paris"));
  CHECK_THAT(window_findings("window: {calendar: day, offset: 24h}"), Contains("a duration below 1d"));
  CHECK_THAT(window_findings("window: {calendar: month, every: 60d}"), Contains("at most 28d"));
  CHECK_THAT(window_findings("window: {hopping: 30d, every: 1m}"),
             Contains("43200 windows, 4096 are the most"));
}

TEST_CASE("aggregate: windows under names") {
  using Catch::Contains;
  CHECK_THAT(window_findings("windows: {}"), Contains("a map of names"));
  CHECK_THAT(window_findings("windows: [1m]"), Contains("a map of names"));
  CHECK_THAT(window_findings("windows: {minute: 1m}"), Contains("minute: 1m"));
  CHECK_THAT(window_findings("windows: {a: {tumbling: 1m}, A: {tumbling: 1h}}"),
             Contains("`A` is declared a second time"));
  CHECK_THAT(window_findings("windows: {a: {tumbling: 1m}}\n  window: {tumbling: 1h}"),
             Contains("`windows` cannot stand beside `window`"));
  CHECK_THAT(window_findings("windows: {a: {hopping: 30d, every: 20m}, b: {hopping: 30d, every: 20m}}"),
             Contains("4320 windows"));
  CHECK_THAT(findings("aggregate: {windows: {a: {tumbling: 1m}}, select: {window_name: count(*)}}\n"),
             Contains("has the column `window_name` already"));
}

}  // namespace
}  // namespace pactolus
