#include <catch2/catch.hpp>
#include <regex>

#include "cli/program.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

/// Output with every time taken replaced by N.
std::string without_times(const std::string& text) {
  return std::regex_replace(text, std::regex("[0-9]+ ms"), "N ms");
}

TEST_CASE("test: passed tests take a line each") {
  ProgramResult result = run_program({"test", "tests/cli/files/good.yaml"});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK(without_times(result.out) ==
        "tests/cli/files/good.yaml\n"
        "  ok    two payments add up (N ms)\n"
        "  ok    nothing gives nothing (N ms)\n"
        "2 passed, 0 failed in N ms\n");
}

TEST_CASE("test: a failed test shows what was expected above what came, cell by cell") {
  ProgramResult result = run_program({"test", "tests/cli/files/failing.yaml"});
  CHECK(result.status == 1);
  CHECK(without_times(result.out) == 1 + R"(
tests/cli/files/failing.yaml
  FAIL  cells, rows and dead letters that are not as expected (N ms)
        totals: 1 row as expected, 1 different, 1 missing, 1 unexpected
                      card    payments  total
          expected    müller  1         100.00
          came        müller  1         1.00
                                        ^^^^
          missing     c9      9         NULL
          unexpected  c3      1         4.00
        dead letters, of which the test says nothing:
          payments: out_of_range: field `amount`: expected numeric(12,2), found 0.001
            {"card":"c4","amount":0.001,"at":"2026-01-01T00:00:04Z"}
  FAIL  dead letters by name (N ms)
        dead_letters: 0 rows as expected, 1 different
                      step      code          source    message
          expected              late          payments
          came        payments  out_of_range  payments  field `amount`: expected numeric(12,2), found 0.001
                                ^^^^^^^^^^^^
  FAIL  nothing may come (N ms)
        totals: 0 rows as expected, 1 unexpected
                      card  window_start          window_end            payments  total
          unexpected  c1    2026-01-01T00:00:00Z  2026-01-01T00:01:00Z  1         1.00
  ok    this one passes (N ms)
1 passed, 3 failed in N ms
)");
}

TEST_CASE("test: --filter runs the tests whose names contain its text, in any case") {
  ProgramResult result = run_program({"test", "--filter", "THIS one", "tests/cli/files/failing.yaml"});
  CHECK(result.status == 0);
  CHECK_THAT(without_times(result.out),
             EndsWith("  ok    this one passes (N ms)\n1 passed, 0 failed in N ms\n"));
  ProgramResult none = run_program({"test", "--filter", "Never", "tests/cli/files/failing.yaml"});
  CHECK(none.status == 2);
  CHECK(none.err == "pactolus test: no test has a name with `Never`\n");
}

TEST_CASE("test: a file with errors counts as failed, and the others are still run") {
  ProgramResult result = run_program({"test", "tests/cli/files/misspelt.yaml", "tests/cli/files/good.yaml"});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Contains("tests/cli/files/misspelt.yaml:13:13: error["));
  CHECK_THAT(without_times(result.out), EndsWith("2 passed, 0 failed, 1 file with errors in N ms\n"));
}

TEST_CASE("test: the topologies that come with Pactolus pass their own tests") {
  ProgramResult result = run_program({"test", "topologies", "topologies/nexmark"});
  INFO(result.out);
  CHECK(result.status == 0);
}

}  // namespace
}  // namespace pactolus::testing
