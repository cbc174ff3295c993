#include <catch2/catch.hpp>

#include "replay/test_outcome.h"
#include "replay/test_record.h"
#include "topology/load.h"

namespace pactolus {
namespace {

constexpr std::string_view kTopology = R"(
topology: records
sources:
  payments:
    topic: payments
    key: card
    time: {field: paid_at}
    fields:
      card: text
      amount: numeric(12,2)
      paid_at: {type: timestamptz, unit: ms}
      city: {type: text null, path: terminal.address.city}
      street: {type: text null, path: terminal.address.street}
      channel: {type: text null, header: channel}
      done: boolean null
      payload: jsonb null
  plain:
    topic: plain
    fields:
      id: {type: text, key: true}
      at: timestamptz null
      written: {type: timestamptz, timestamp: true}
sinks:
  out: {from: payments, topic: out}
  more: {from: plain, topic: more}
tests:
  - name: rows
    send:
      - ROW
    expect: {}
)";

/// The record for a row written as in a topology: `payments: {card: a}`.
OwnedRecord record_for(const std::string& row) {
  std::string text(kTopology);
  text.replace(text.find("ROW"), 3, row);
  Diagnostics diagnostics;
  auto document = Document::parse("records.yaml", text, diagnostics);
  REQUIRE(document);
  auto plan = load_topology(*document, {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.sorted()) UNSCOPED_INFO(render(diagnostic, text));
  REQUIRE(plan);
  InlineTest test = read_inline_tests(document->root(), diagnostics).at(0);
  const auto& send = std::get<SendRow>(test.send.at(0));
  const SourcePlan& source = *plan->sources.at(plan->sources[0]->name == send.source.text ? 0 : 1);
  return record_of(source, send, kTestStart);
}

TEST_CASE("a test's row becomes a JSON object with the fields where the source looks for them") {
  OwnedRecord record = record_for(
      "payments: {card: c\"1, amount: 2000.00, street: Main, paid_at: 2026-01-01T00:00:01Z, city: Oslo, "
      "channel: web}");
  CHECK(
      record.value ==
      R"({"card":"c\"1","amount":2000.00,"paid_at":1767225601000,"terminal":{"address":{"city":"Oslo","street":"Main"}}})");
  CHECK(record.key == "c\"1");
  CHECK(record.headers == std::vector<OwnedHeader>{{"channel", "web"}});
}

TEST_CASE("a test's record is stamped with its event time") {
  CHECK(record_for("payments: {paid_at: 2026-01-01T00:00:01.5Z}").timestamp ==
        ProcessingTime{1'767'225'601'500'000});
  CHECK(record_for("payments: {paid_at: 1767225601500}").timestamp == ProcessingTime{1'767'225'601'500'000});
  CHECK(record_for("payments: {paid_at: never}").timestamp == kTestStart);
}

TEST_CASE("a source without time gives records the clock's time, or what the row says of the timestamp") {
  CHECK(record_for("plain: {id: a, at: 2030-01-01T00:00:00Z}").timestamp == kTestStart);
  OwnedRecord record = record_for("plain: {id: a, written: 2026-01-01T00:00:01Z}");
  CHECK(record.timestamp == ProcessingTime{1'767'225'601'000'000});
  CHECK(record.key == "a");
  CHECK(record.value == "{}");
}

TEST_CASE("a value that its type cannot read goes into the record as text, to be refused there") {
  CHECK(record_for("payments: {amount: much}").value == R"({"amount":"much"})");
  CHECK(record_for("payments: {amount: 0.001}").value == R"({"amount":0.001})");
  CHECK(record_for("payments: {done: yes please}").value == R"({"done":"yes please"})");
}

TEST_CASE("a jsonb stands in the record as it is written, well-formed or not") {
  CHECK(record_for("payments: {card: c, payload: '{\"b\":[1],\"a\":1e2}'}").value ==
        R"({"card":"c","payload":{"b":[1],"a":1e2}})");
  CHECK(record_for("payments: {card: c, payload: '[1'}").value == R"({"card":"c","payload":[1})");
  CHECK(record_for("payments: {card: c, payload: null}").value == R"({"card":"c","payload":null})");
}

TEST_CASE("only an unquoted null is NULL, and what is not named is not there") {
  CHECK(record_for("payments: {card: null, city: \"null\"}").value ==
        R"({"card":null,"terminal":{"address":{"city":"null"}}})");
  CHECK_FALSE(record_for("payments: {card: null}").key);
  CHECK_FALSE(record_for("payments: {amount: 1.00}").key);
}

}  // namespace
}  // namespace pactolus
