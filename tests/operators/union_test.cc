#include "rows.h"
#include "step_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("union: rows of all inputs come out with the columns in the order of the first") {
  Schema first = schema_of({"id text", "amount integer"});
  Schema second = schema_of({"amount integer null", "ID text"});
  StepUnderTest step("union: [rows, rows2]\n", {first, second});
  StateStore state;
  std::unique_ptr<Operator> op = step.node().instantiate(state);
  RecordedOutput out;
  op->process(make_batch(first, {{1, 0, {"a", "1"}}}), 0, out);
  op->process(make_batch(second, {{2, 0, {"2", "b"}}}), 1, out);
  CHECK(out.rows() == Lines{"+ a|1 @1 w0", "+ b|2 @2 w0"});
  CHECK(op->counts == StepCounts{.rows_in = 2, .passed = 2});
  CHECK(step.node().output()[1].nullable);
  CHECK(step.node().copied_from(1) == std::vector<std::optional<size_t>>{1, 0});
}

TEST_CASE("union: missing, additional and differently typed columns are all reported") {
  Schema first = schema_of({"id text", "amount numeric(12,2)", "venue text"});
  Schema second = schema_of({"id text", "amount numeric(14,2)", "venu text"});
  StepUnderTest step("union: [rows, rows2]\n", {first, second});
  CHECK_FALSE(step.built());
  CHECK_THAT(step.findings(), Catch::Contains("is numeric(14,2) in `rows2` and numeric(12,2) in `rows`"));
  CHECK_THAT(step.findings(),
             Catch::Contains("`rows2` has no column `venue`") && Catch::Contains("did you mean `venu`?"));
  CHECK_THAT(step.findings(), Catch::Contains("`rows2` has the column `venu`, which `rows` does not have"));
}

}  // namespace
}  // namespace pactolus
