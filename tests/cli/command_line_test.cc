#include <catch2/catch.hpp>

#include "cli/program.h"

namespace pactolus::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("command line: without a command it shows help and says that this was wrong") {
  ProgramResult result = run_program({});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Contains("Usage: pactolus COMMAND"));
}

TEST_CASE("command line: --help shows every command and how they follow each other") {
  for (const char* word : {"--help", "-h", "help"}) {
    ProgramResult result = run_program({word});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK_THAT(result.out, Contains("pactolus run --config config/pactolus.yaml topologies/"));
    for (const char* command : {"check", "plan", "test", "run", "state", "why", "functions", "version"}) {
      CHECK_THAT(result.out, Contains("\n  " + std::string(command) + " "));
    }
  }
}

TEST_CASE("command line: each command explains itself by example") {
  for (const char* command : {"check", "plan", "test", "run", "state", "why", "functions", "version"}) {
    ProgramResult result = run_program({command, "--help"});
    CHECK(result.status == 0);
    CHECK_THAT(result.out, StartsWith("pactolus " + std::string(command) + ": "));
    CHECK_THAT(result.out, Contains("\n  $ pactolus " + std::string(command)));
    CHECK_THAT(result.out, Contains("Exit status: 0"));
    CHECK(run_program({"help", command}).out == result.out);
  }
}

TEST_CASE("command line: an unknown command names the nearest one") {
  ProgramResult result = run_program({"chek", "x.yaml"});
  CHECK(result.status == 2);
  CHECK(result.err == "pactolus: unknown command `chek`; did you mean `check`?\nSee: pactolus --help\n");
  CHECK_THAT(run_program({"--versoin"}).err, Contains("did you mean `--version`?"));
  CHECK_THAT(run_program({"help", "pln"}).err, Contains("did you mean `plan`?"));
}

TEST_CASE("command line: an unknown option names the nearest one") {
  ProgramResult result = run_program({"test", "--fliter", "x", "tests/cli/files/good.yaml"});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "pactolus test: unknown option `--fliter`; did you mean `--filter`?\nSee: pactolus test --help\n");
}

TEST_CASE("command line: options take their value as the next word or behind =") {
  for (auto words : {std::vector<std::string>{"--filter", "nothing"}, {"--filter=nothing"}}) {
    ProgramResult result = words.size() == 2
                               ? run_program({"test", words[0], words[1], "tests/cli/files/good.yaml"})
                               : run_program({"test", words[0], "tests/cli/files/good.yaml"});
    CHECK(result.status == 0);
    CHECK_THAT(result.out, Contains("1 passed, 0 failed"));
  }
}

TEST_CASE("command line: what is wrong with options and operands is said") {
  CHECK_THAT(run_program({"test", "a.yaml", "--filter"}).err,
             Contains("`--filter` needs a value: --filter NAME"));
  CHECK_THAT(run_program({"test", "--filter=a", "--filter=b", "a.yaml"}).err,
             Contains("`--filter` is given twice"));
  CHECK_THAT(run_program({"check"}).err, Contains("`check` needs FILE|FOLDER..."));
  CHECK_THAT(run_program({"plan", "a.yaml", "b.yaml"}).err, Contains("unexpected `b.yaml`"));
  CHECK_THAT(run_program({"run", "tests/cli/files/good.yaml"}).err, Contains("it needs --config FILE"));
  CHECK_THAT(run_program({"check", "--", "--help"}).err, Contains("no such file or folder: --help"));
  CHECK(run_program({"version", "now"}).status == 2);
}

TEST_CASE("command line: version names Pactolus and librdkafka") {
  ProgramResult result = run_program({"version"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, StartsWith("pactolus " PACTOLUS_VERSION "\nlibrdkafka "));
  CHECK(run_program({"--version"}).out == result.out);
}

TEST_CASE("command line: output that cannot be written is a failure") {
  Program program({"version"}, "/dev/full");
  ProgramResult result = program.wait();
  CHECK(result.status == 1);
  CHECK_THAT(result.err, Contains("the output could not be written"));
}

}  // namespace
}  // namespace pactolus::testing
