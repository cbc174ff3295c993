#include <set>

#include "rows.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text null", "amount integer"});
  return schema;
}

/// The cards that a share of 10,000 cards keeps, each of which has two rows.
std::set<std::string> kept(const std::string& share) {
  StepUnderTest step("sample: {by: card, share: " + share + "}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  constexpr int kCards = 10'000;
  for (int round = 0; round < 2; ++round) {
    std::vector<InputRow> rows;
    for (int i = 0; i < kCards; ++i) {
      rows.push_back({i, 0, {"card " + std::to_string(i), "1"}});
      if (rows.size() == kBatchRowsMax || i + 1 == kCards) task.send(std::exchange(rows, {}));
    }
  }
  std::set<std::string> cards;
  for (const std::string& row : task.output().rows()) cards.insert(row.substr(2, row.find('|') - 2));
  CHECK(task.output().rows().size() == 2 * cards.size());
  CHECK(task.op().counts.passed == 2 * cards.size());
  CHECK(task.op().counts.rows_in == task.op().counts.passed + task.op().counts.filtered);
  return cards;
}

TEST_CASE("sample: about its share of the values, all rows of each, and what a smaller share keeps") {
  CHECK(kept("0").empty());
  CHECK(kept("1").size() == 10'000);
  CHECK(kept("1.000000000000000000").size() == 10'000);
  const std::set<std::string> tenth = kept("0.1");
  CHECK(tenth.size() > 900);
  CHECK(tenth.size() < 1100);
  const std::set<std::string> third = kept("0.333");
  CHECK(third.size() > 3180);
  CHECK(third.size() < 3480);
  CHECK(std::ranges::includes(third, tenth));
}

TEST_CASE("sample: which values are kept never changes") {
  StepUnderTest step("sample: {by: [card, amount], share: 0.25}\n", {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  std::vector<InputRow> rows = {{0, 0, {std::nullopt, "1"}}};
  for (int i = 0; i < 12; ++i) rows.push_back({i, 0, {std::string(1, static_cast<char>('a' + i)), "1"}});
  task.send(rows);
  CHECK(task.output().rows() == std::vector<std::string>{"+ NULL|1 @0 w0", "+ a|1 @0 w0", "+ b|1 @1 w0",
                                                         "+ e|1 @4 w0", "+ f|1 @5 w0"});
}

TEST_CASE("sample: findings") {
  using Catch::Contains;
  const auto findings = [](const std::string& yaml) {
    StepUnderTest step(yaml, {input_schema()});
    CHECK_FALSE(step.built());
    return step.findings();
  };
  for (const char* share : {"1.1", "-0.1", "5%", "all", "0.1234567890123456789"}) {
    INFO(share);
    CHECK_THAT(findings("sample: {by: card, share: " + std::string(share) + "}\n"), Contains("from 0 to 1"));
  }
  CHECK_THAT(findings("sample: {share: 0.5}\n"), Contains("by"));
  CHECK_THAT(findings("sample: {by: cart, share: 0.5}\n"), Contains("did you mean `card`?"));
}

}  // namespace
}  // namespace pactolus
