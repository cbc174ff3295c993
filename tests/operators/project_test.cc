#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;
const Schema& input_schema() {
  static const Schema schema =
      schema_of({"id text", "net numeric(12,2)", "vat numeric(12,2)", "venue text null"});
  return schema;
}

Lines output_of(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "100.00", "19.00", std::nullopt}}});
  return task.output().rows();
}

TEST_CASE("project: added columns stand behind the input's in the file's order") {
  CHECK(output_of("project: {add: {gross: net + vat, twice: net * 2}}\n") ==
        Lines{"+ a|100.00|19.00|NULL|119.00|200.00 @1 w0"});
}

TEST_CASE("project: an added column with the name of one of the input replaces it in its place") {
  CHECK(output_of("project:\n  add:\n    VENUE: coalesce(venue, 'unknown')\n") ==
        Lines{"+ a|100.00|19.00|unknown @1 w0"});
}

TEST_CASE("project: select names all columns, drop leaves some out") {
  CHECK(output_of("project: {select: {vat: vat, number: id}}\n") == Lines{"+ 19.00|a @1 w0"});
  CHECK(output_of("project: {drop: [venue, net]}\n") == Lines{"+ a|19.00 @1 w0"});
}

TEST_CASE("project: columns that are passed on are shared, not copied") {
  StepUnderTest step("project: {select: {number: step.id}}\n", {input_schema()});
  CHECK_FALSE(step.built());
  StepUnderTest good("project: {select: {number: id, price: net + 0}}\n", {input_schema()});
  CHECK(good.node().copied_from(0) == std::vector<std::optional<size_t>>{0, std::nullopt});
  struct Capture final : OperatorOutput {
    void emit(ColumnBatch batch) override { last = std::move(batch); }
    void dead_letter(const ColumnBatch&, const RowError&) override {}
    ColumnBatch last;
  } capture;
  StateStore state;
  ColumnBatch batch = make_batch(input_schema(), {{1, 0, {"a", "1", "2", "x"}}});
  good.node().instantiate(state)->process(batch, 0, capture);
  CHECK(capture.last.columns[0] == batch.columns[0]);
}

TEST_CASE("project: a row that cannot be computed is one dead letter with the input's columns") {
  StepUnderTest step("project:\n  add:\n    x: 1 / (net - 100)\n    y: 1 / (vat - 19)\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({{1, 0, {"a", "100", "19", "v"}}, {1, 0, {"b", "101", "20", "v"}}});
  CHECK(task.output().dead_letters() == Lines{"22012: division by zero {a|100.00|19.00|v}"});
  CHECK(task.output().rows().size() == 1);
  CHECK(task.op().counts == StepCounts{.rows_in = 2, .passed = 1, .dead_letters = 1});
}

TEST_CASE("project: what cannot be is refused with a hint") {
  auto finding = [](const std::string& yaml) { return StepUnderTest(yaml, {input_schema()}).findings(); };
  CHECK_THAT(finding("project: {}\n"), Catch::Contains("needs one of the keys"));
  CHECK_THAT(finding("project: {select: {a: id}, drop: net}\n"),
             Catch::Contains("`drop` cannot stand beside `select`"));
  CHECK_THAT(finding("project: {drop: vatt}\n"),
             Catch::Contains("no column `vatt`") && Catch::Contains("`vat`"));
  CHECK_THAT(finding("project: {add: {gross: net + vat, more: gross + 1}}\n"),
             Catch::Contains("use it in a next step"));
  CHECK_THAT(finding("project: {drop: [id, net, vat, venue]}\n"), Catch::Contains("leaves no columns"));
}

}  // namespace
}  // namespace pactolus
