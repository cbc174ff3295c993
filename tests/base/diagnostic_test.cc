#include "base/diagnostic.h"

#include <catch2/catch.hpp>

namespace pactolus {
namespace {

Diagnostic at(uint32_t line, uint32_t column, uint32_t length) {
  return {Severity::kError, "code", "message", "", "file", {line, column}, length};
}

TEST_CASE("diagnostic: the caret stands under its token, behind tabs and letters of several bytes") {
  CHECK(render(at(2, 4, 2), "a\n\té bc\n") == "file:2:4: error[code]: message\n 2 | \té bc\n   | \t  ^^\n");
}

TEST_CASE("diagnostic: of an endless line only the part around the finding is shown") {
  std::string line = std::string(1000, 'x') + "HERE" + std::string(1000, 'y');
  std::string text = render(at(1, 1001, 4), line);
  CHECK(text == "file:1:1001: error[code]: message\n 1 | …" + std::string(60, 'x') + "HERE" +
                    std::string(96, 'y') + "…\n   | " + std::string(61, ' ') + "^^^^\n");
  CHECK(render(at(1, 1, 5000), line).size() < 600);
}

TEST_CASE("diagnostic: control characters do not reach the terminal") {
  CHECK(render(at(1, 3, 1), "a \x1b[31m") == "file:1:3: error[code]: message\n 1 | a ?[31m\n   |   ^\n");
}

}  // namespace
}  // namespace pactolus
