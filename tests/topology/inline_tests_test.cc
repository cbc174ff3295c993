#include <catch2/catch.hpp>

#include "config/document.h"
#include "topology/inline_tests.h"

namespace pactolus {
namespace {

TEST_CASE("tests: actions and expectations are read with the characters as written") {
  Diagnostics diagnostics;
  auto document = Document::parse("t.yaml", R"(tests:
  - name: all of it
    in_order: true
    send:
      - payments: {id: a, amount: 2.00, city: null, note: "null", at: 2026-01-01T00:00:00Z}
      - advance: 2m
      - restart: true
      - end: true
    expect:
      totals: [{total: 2.00, city: null}]
      alerts: []
      dead_letters:
        - {step: per_minute, code: late}
  - name: nothing
    send: []
    expect: {}
)",
                                  diagnostics);
  REQUIRE(document);
  std::vector<InlineTest> tests = read_inline_tests(document->root(), diagnostics);
  CHECK(diagnostics.size() == 0);
  REQUIRE(tests.size() == 2);
  const InlineTest& test = tests[0];
  CHECK(test.name.text == "all of it");
  CHECK(test.in_order);
  REQUIRE(test.send.size() == 4);
  const SendRow& row = std::get<SendRow>(test.send[0]);
  CHECK(row.source.text == "payments");
  REQUIRE(row.row.values.size() == 5);
  CHECK(row.row.values[1].column.text == "amount");
  CHECK(row.row.values[1].text->text == "2.00");
  CHECK_FALSE(row.row.values[2].text);
  CHECK(row.row.values[3].text->text == "null");
  CHECK(row.row.values[4].text->text == "2026-01-01T00:00:00Z");
  CHECK(std::get<AdvanceClock>(test.send[1]).by == std::chrono::minutes(2));
  CHECK(std::holds_alternative<RestartTask>(test.send[2]));
  CHECK(std::holds_alternative<EndInput>(test.send[3]));
  REQUIRE(test.expect.size() == 2);
  CHECK(test.expect[0].sink.text == "totals");
  CHECK(test.expect[0].rows[0].values[0].text->text == "2.00");
  CHECK(test.expect[1].rows.empty());
  REQUIRE(test.dead_letters);
  CHECK(test.dead_letters->front().values[1].text->text == "late");
  CHECK_FALSE(tests[1].dead_letters);
}

}  // namespace
}  // namespace pactolus
