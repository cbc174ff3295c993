#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "cli/program.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("functions: without a name it lists functions and aggregates") {
  ProgramResult result = run_program({"functions"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Contains("\n  date_trunc(unit, ") && Contains("\n  string_agg(value text, "));
  CHECK(result.err.empty());
}

TEST_CASE("functions: a name in any case is explained, with the value of its example") {
  ProgramResult result = run_program({"functions", "SPLIT_PART"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Contains("split_part(text, "));
  CHECK_THAT(result.out, Contains("  →  "));
  // A column has no value here.
  CHECK_THAT(run_program({"functions", "max_by"}).out,
             Contains("  max_by(amount, event_time())\n") && !Contains("→  \n"));
}

TEST_CASE("functions: an unknown name and a wrong option are said") {
  ProgramResult result = run_program({"functions", "date_trunk"});
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK(result.err == "pactolus functions: there is no function `date_trunk`; did you mean `date_trunc`?\n");
  CHECK(run_program({"functions", "--format", "html"}).status == 2);
  CHECK(run_program({"functions", "--format", "markdown", "abs"}).status == 2);
}

TEST_CASE("functions: docs/reference/functions.md is what the program says") {
  std::ifstream file("docs/reference/functions.md");
  std::ostringstream kept;
  kept << file.rdbuf();
  INFO("write it anew: pactolus functions --format markdown > docs/reference/functions.md");
  CHECK(run_program({"functions", "--format", "markdown"}).out == kept.str());
}

}  // namespace
}  // namespace pactolus::testing
