#include <catch2/catch.hpp>
#include <csignal>

#include "cli/program.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

TEST_CASE("run: everything that is wrong is said before anything starts") {
  ProgramResult result = run_program({"run", "--config", "tests/cli/files/refused.yaml",
                                      "tests/cli/files/misspelt.yaml", "tests/cli/files/good.yaml"});
  CHECK(result.status == 78);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("tests/cli/files/refused.yaml:3:3: error["));
  CHECK_THAT(result.err, Contains("did you mean `workers`?"));
  CHECK_THAT(result.err, Contains("tests/cli/files/misspelt.yaml:13:13: error["));
  CHECK_THAT(result.err, EndsWith(" in 3 files\n"));
}

TEST_CASE("run: two topologies of one name are refused") {
  ProgramResult result = run_program({"run", "--config", "tests/cli/files/unreachable.yaml",
                                      "tests/cli/files/good.yaml", "tests/cli/files/good.yaml"});
  CHECK(result.status == 78);
  CHECK_THAT(result.err, Contains("tests/cli/files/good.yaml:1:11: error[duplicate-topology]"));
}

TEST_CASE("run: settings or topologies that are not there are a bad configuration") {
  CHECK(run_program({"run", "--config", "tests/cli/files/absent.yaml", "tests/cli/files/good.yaml"}).status ==
        78);
  CHECK(
      run_program({"run", "--config", "tests/cli/files/unreachable.yaml", "tests/cli/files/absent"}).status ==
      78);
}

TEST_CASE("run: while Kafka is away it waits, and a signal ends it in good order") {
  for (int signal : {SIGTERM, SIGINT}) {
    Program daemon({"run", "--config", "tests/cli/files/unreachable.yaml", "tests/cli/files/good.yaml"});
    REQUIRE(daemon.wrote_to_err("as cli-test: running good"));
    REQUIRE(daemon.wrote_to_err("good: waiting for Kafka: "));
    daemon.send_signal(signal);
    ProgramResult result = daemon.wait();
    CHECK(result.status == 0);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Contains("finishing what is begun, then stopping"));
  }
}

TEST_CASE("run: a second signal ends it at once") {
  Program daemon({"run", "--config", "tests/cli/files/unreachable.yaml", "tests/cli/files/good.yaml"});
  REQUIRE(daemon.wrote_to_err("as cli-test: running good"));
  daemon.send_signal(SIGTERM);
  REQUIRE(daemon.wrote_to_err("finishing what is begun"));
  daemon.send_signal(SIGINT);
  ProgramResult result = daemon.wait();
  // It may have stopped in good order before the second one came.
  CHECK((result.status == 130 || result.status == 0));
}

}  // namespace
}  // namespace pactolus::testing
