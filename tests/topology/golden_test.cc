#include <catch2/catch.hpp>

#include "golden.h"
#include "loaded.h"
#include "operators/registry.h"
#include "topology/explain.h"

namespace pactolus {
namespace {

std::string findings_of(const std::string& file, const std::string& text) {
  return load_text(file, text).findings;
}

TEST_CASE("check: each mistake is reported once, where it stands, with what to do instead") {
  check_golden("tests/topology/findings", findings_of);
}

TEST_CASE("check: of topologies that need what is not there yet, exactly that is said") {
  check_golden("tests/topology/examples", findings_of);
}

TEST_CASE("plan: explains tasks, topics, state and hops in 80 columns") {
  check_golden("tests/topology/plans", [](const std::string& file, const std::string& text) {
    Loaded loaded = load_text(file, text);
    INFO(loaded.findings);
    REQUIRE(loaded.plan);
    std::string explained = explain(*loaded.plan, {{"payments", 12}, {"trades", 6}});
    for (size_t begin = 0, end = 0; begin < explained.size(); begin = end + 1) {
      end = explained.find('\n', begin);
      CHECK(end - begin <= 80);
    }
    return loaded.findings + explained;
  });
}

TEST_CASE("check: the example of every operation is a topology without findings, with tests") {
  for (const OperatorSpec* spec : registered(static_cast<const OperatorSpec*>(nullptr))) {
    INFO(spec->name);
    Loaded loaded = load_text("example.yaml", std::string(spec->example));
    CHECK(loaded.findings == "");
    CHECK(loaded.plan);
    CHECK(spec->example.find("\ntests:\n") != std::string_view::npos);
  }
}

}  // namespace
}  // namespace pactolus
