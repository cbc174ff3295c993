#include <catch2/catch.hpp>

#include "cli/program.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

TEST_CASE("check: a file without findings is fine") {
  ProgramResult result = run_program({"check", "tests/cli/files/good.yaml"});
  CHECK(result.out == "1 file is fine\n");
  CHECK(result.err.empty());
  CHECK(result.status == 0);
}

TEST_CASE("check: all findings come with line, caret, hint and a summary") {
  ProgramResult result = run_program({"check", "tests/cli/files/misspelt.yaml", "tests/cli/files/good.yaml"});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Contains("tests/cli/files/misspelt.yaml:9:11: error["));
  CHECK_THAT(result.out, Contains("\n 9 |     from: payment\n   |           ^^^^^^^\n"));
  CHECK_THAT(result.out, Contains("did you mean `payments`?"));
  CHECK_THAT(result.out, Contains("tests/cli/files/misspelt.yaml:13:13: error["));
  CHECK_THAT(result.out, Contains("\n 13 |     filter: amuont > 10\n    |             ^^^^^^\n"));
  CHECK_THAT(result.out, EndsWith("\n2 errors in 2 files\n"));
}

TEST_CASE("check: what is not even YAML is shown with its line too") {
  ProgramResult result = run_program({"check", "tests/cli/files/broken.yaml"});
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Contains("tests/cli/files/broken.yaml:"));
  CHECK_THAT(result.out, Contains("| sources: {payments: ["));
  CHECK_THAT(result.out, EndsWith("1 error in 1 file\n"));
}

TEST_CASE("check: a folder means its topologies") {
  ProgramResult result = run_program({"check", "tests/replay/cases"});
  CHECK_THAT(result.out, EndsWith(" files are fine\n"));
  CHECK(result.status == 0);
}

TEST_CASE("check: a host without time zones is told so, where one is named") {
  setenv("TZDIR", "/nowhere", 1);
  ProgramResult result = run_program({"check", "tests/replay/cases/time_zones.yaml"});
  ProgramResult without = run_program({"check", "tests/cli/files/good.yaml"});
  unsetenv("TZDIR");
  CHECK(result.status == 1);
  CHECK_THAT(result.out, Contains("this host has no time zone database, or cannot read it: /nowhere"));
  CHECK_THAT(result.out, Contains("install the package tzdata"));
  CHECK(without.status == 0);
}

TEST_CASE("check: a path that is not there is wrong usage") {
  ProgramResult result = run_program({"check", "tests/cli/files/absent.yaml"});
  CHECK(result.status == 2);
  CHECK(result.err == "pactolus check: no such file or folder: tests/cli/files/absent.yaml\n");
  CHECK_THAT(run_program({"check", "src/base"}).err,
             Contains("no topology (*.yaml, *.yml) in the folder: src/base"));
}

TEST_CASE("plan: shows tasks and topics, or the findings on standard error") {
  ProgramResult good = run_program({"plan", "tests/cli/files/good.yaml"});
  CHECK(good.status == 0);
  CHECK_THAT(good.out, Contains("totals"));
  CHECK_THAT(good.out, Contains("good-payments-changelog"));
  ProgramResult bad = run_program({"plan", "tests/cli/files/misspelt.yaml"});
  CHECK(bad.status == 1);
  CHECK(bad.out.empty());
  CHECK_THAT(bad.err, EndsWith("\n2 errors in 1 file\n"));
}

}  // namespace
}  // namespace pactolus::testing
