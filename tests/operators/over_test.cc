#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>

#include "data/text_format.h"
#include "rows.h"
#include "state/row_image.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using Lines = std::vector<std::string>;

const Schema& input_schema() {
  static const Schema schema = schema_of({"card text null", "amount integer"});
  return schema;
}

std::string findings(const std::string& yaml) {
  StepUnderTest step(yaml, {input_schema()});
  CHECK_FALSE(step.built());
  return step.findings();
}

InputRow payment(int64_t time, const std::string& card, int amount, int64_t watermark = INT64_MIN) {
  return {time, watermark, {card, std::to_string(amount)}};
}

TEST_CASE("over: a row sees the events of its group up to its own time that have come before it") {
  StepUnderTest step(
      "over: {by: card, windows: {ten: 10s, before: {last: 10s, exclude: current}}, add: {n: count(*) OVER "
      "ten, "
      "total: sum(amount) OVER before}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(10, "a", 1), payment(20, "a", 2), payment(11, "b", 4), payment(15, "a", 8),
             payment(20, "a", 16), payment(19, "a", 32), payment(29, "a", 64)});
  CHECK(task.output().rows() == Lines{"+ a|1|1|NULL @10 w-", "+ a|2|1|NULL @20 w-", "+ b|4|1|NULL @11 w-",
                                      "+ a|8|2|1 @15 w-", "+ a|16|3|10 @20 w-", "+ a|32|3|9 @19 w-",
                                      "+ a|64|3|18 @29 w-"});
  CHECK(task.op().counts == StepCounts{.rows_in = 7, .passed = 7});
}

TEST_CASE("over: events leave the state when no row can look back at them any more") {
  StepUnderTest step(
      "over: {by: card, grace: 1s, windows: {eight: 8s}, add: {n: count(*) OVER eight, most: max(amount) "
      "OVER "
      "eight, sorts: count(DISTINCT amount) OVER eight}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(1, "a", 5, 1), payment(2, "a", 3, 2), payment(2, "b", 1, 2)});
  task.advance(at_second(10));
  const uint64_t rows = task.state().rows();
  task.advance(at_second(11));  // the first segment, which ends at 2, is 8 seconds and the grace behind
  CHECK(task.state().rows() < rows);
  task.send({payment(10, "a", 2, 11)});
  CHECK(task.output().rows().back() == "+ a|2|1|2|1 @10 w11");
  task.send({payment(9, "a", 1, 11)});
  CHECK(task.output().dead_letters() ==
        Lines{"late: the events before it may be forgotten: the watermark of the row's partition was "
              "1970-01-01T00:00:11Z, 0s beyond {a|1}"});
  task.advance(at_second(100));
  CHECK(task.state().rows() == 1);  // when the first event was
}

TEST_CASE("over: a group whose last row came late knows later events when that row leaves the state") {
  StepUnderTest step(
      "over: {by: card, windows: {eight: 8s}, add: {n: count(*) OVER eight, most: max(amount) OVER eight}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(50, "a", 9, 1), payment(1, "a", 2, 1)});
  task.advance(at_second(20));
  task.send({payment(48, "a", 3, 20), payment(51, "a", 4, 20)});
  CHECK(task.output().rows() ==
        Lines{"+ a|9|1|9 @50 w1", "+ a|2|1|2 @1 w1", "+ a|3|1|3 @48 w20", "+ a|4|3|9 @51 w20"});
  task.advance(at_second(100));
  CHECK(task.state().rows() == 1);  // when the first event was
}

TEST_CASE("over: rows without a group are one, or each is alone") {
  const std::string rest =
      "windows: {ten: 10s, two: 2 rows}, add: {n: count(*) OVER ten, most: max(amount) OVER ten, before: "
      "lag(amount) OVER two}}\n";
  const std::vector<InputRow> rows{{1, INT64_MIN, {std::nullopt, "1"}}, {2, INT64_MIN, {std::nullopt, "2"}}};
  StepUnderTest grouping("over: {by: card, " + rest, {input_schema()});
  TaskUnderTest together(grouping.node(), input_schema());
  together.send(rows);
  CHECK(together.output().rows() == Lines{"+ NULL|1|1|1|NULL @1 w-", "+ NULL|2|2|2|1 @2 w-"});
  StepUnderTest apart("over: {by: card, null_key: alone, " + rest, {input_schema()});
  TaskUnderTest alone(apart.node(), input_schema());
  alone.send(rows);
  CHECK(alone.output().rows() == Lines{"+ NULL|1|1|1|NULL @1 w-", "+ NULL|2|1|2|NULL @2 w-"});
}

TEST_CASE("over: a window of rows reaches back behind events that were forgotten") {
  StepUnderTest step(
      "over: {by: card, windows: {three: 3 rows, two_before: {last: 2 rows, exclude: current}}, add: "
      "{all_of: "
      "\"string_agg(amount::text, ',') OVER three\", before: lag(amount) OVER two_before, known: "
      "complete(two_before)}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(1, "a", 1, 1), payment(2, "a", 2, 2), payment(500, "b", 9, 500),
             payment(1000, "a", 3, 1000), payment(2000, "a", 4, 2000)});
  CHECK(task.output().rows() == Lines{"+ a|1|1|NULL|false @1 w1", "+ a|2|1,2|1|false @2 w2",
                                      "+ b|9|9|NULL|false @500 w500", "+ a|3|1,2,3|2|true @1000 w1000",
                                      "+ a|4|2,3,4|3|true @2000 w2000"});
}

TEST_CASE("over: an event whose group or values are too large is a dead letter") {
  const Schema texts = schema_of({"card text", "note text"});
  StepUnderTest step("over: {by: card, windows: {ten: 10s}, add: {last: max(note) OVER ten}}\n", {texts});
  TaskUnderTest task(step.node(), texts);
  task.send({{1, INT64_MIN, {"a", std::string(70'000, 'x')}}, {1, INT64_MIN, {"a", "y"}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0],
             Catch::StartsWith("state_too_large: what has to be remembered"));
  CHECK(task.output().rows() == Lines{"+ a|y|y @1 w-"});
}

TEST_CASE("over: an event is a dead letter if a window of rows could not keep as many as long as it") {
  const Schema texts = schema_of({"card text", "note text"});
  StepUnderTest step("over: {by: card, windows: {many: 1000 rows}, add: {last: min(note) OVER many}}\n",
                     {texts});
  TaskUnderTest task(step.node(), texts);
  task.send({{1, INT64_MIN, {"a", std::string(300, 'x')}}, {1, INT64_MIN, {"a", std::string(200, 'y')}}});
  REQUIRE(task.output().dead_letters().size() == 1);
  CHECK_THAT(task.output().dead_letters()[0], Catch::StartsWith("state_too_large: the last 1000 events"));
  CHECK(task.output().rows().size() == 1);
  CHECK(task.op().counts == StepCounts{.rows_in = 2, .passed = 1, .dead_letters = 1});
}

TEST_CASE(
    "over: the plan says how long events are kept, and that windows of rows keep the last ones for ever") {
  const auto kept = [](const std::string& windows) {
    StepUnderTest step("over: {by: card, windows: {" + windows + "}, add: {most: max(amount) OVER a}}\n",
                       {input_schema()});
    for (const auto& [name, text] : step.node().describe()) {
      if (name == "kept of an event") return text;
    }
    return std::string();
  };
  CHECK(kept("a: 4h") == "amount, for up to 5h");
  CHECK(kept("a: 10 rows") == "amount, for up to 1m; of each group's last 10, for ever");
}

TEST_CASE("over: with on_watermark rows look back in the order of their times, whatever order they come in") {
  StepUnderTest step(
      "over: {by: card, emit: on_watermark, windows: {ten: 10s, two: 2 rows}, add: {n: count(*) OVER ten, "
      "most: "
      "max(amount) OVER ten, before: lag(amount) OVER two}}\n",
      {input_schema()});
  std::mt19937 random(3);
  std::vector<InputRow> rows;
  for (int i = 0; i < 200; ++i)
    rows.push_back(payment(i, std::string(1, static_cast<char>('a' + i % 3)), i % 17));
  TaskUnderTest straight(step.node(), input_schema());
  straight.send(rows);
  straight.advance(EventTime::max());
  CHECK(straight.output().rows().size() == rows.size());
  for (int round = 0; round < 5; ++round) {
    std::ranges::shuffle(rows, random);
    TaskUnderTest task(step.node(), input_schema());
    task.send(rows);
    task.advance(EventTime::max());
    CHECK(task.output().rows() == straight.output().rows());
  }
}

TEST_CASE("over: with on_watermark a row that comes after its time is a dead letter") {
  StepUnderTest step(
      "over: {emit: on_watermark, grace: 1s, windows: {ten: 10s}, add: {n: count(*) OVER ten}}\n",
      {input_schema()});
  TaskUnderTest task(step.node(), input_schema());
  task.send({payment(5, "a", 1, 5), payment(9, "a", 2, 9), payment(8, "a", 3, 9), payment(7, "a", 4, 9)});
  task.advance(EventTime::max());
  CHECK(task.output().rows() == Lines{"+ a|1|1 @5 w5", "+ a|3|2 @8 w9", "+ a|2|3 @9 w9"});
  CHECK(task.output().dead_letters().size() == 1);
  CHECK(task.op().counts ==
        StepCounts{.rows_in = 4, .absorbed = 3, .dead_letters = 1, .results_by_close = 3});
}

TEST_CASE("over: many events of one group in any order agree with a recomputation") {
  StepUnderTest step(
      "over: {by: card, windows: {minute: 60s, rows: {last: 40 rows, exclude: current}}, add: {n: count(*) "
      "OVER "
      "minute, total: sum(amount) OVER minute, most: max(amount) OVER minute, sorts: count(DISTINCT amount) "
      "OVER "
      "minute, rows_total: sum(amount) OVER rows}}\n",
      {input_schema()});
  std::mt19937 random(3);
  TaskUnderTest task(step.node(), input_schema());
  std::vector<std::pair<int64_t, int>> seen;
  for (int i = 0; i < 3000; ++i) {
    const int64_t time = i / 10 + static_cast<int64_t>(random() % 30);
    const int amount = static_cast<int>(random() % 50);
    task.send({payment(time, "a", amount, i / 10)});
    std::stable_sort(seen.begin(), seen.end(), [](auto& a, auto& b) { return a.first < b.first; });
    int64_t n = 1, total = amount, most = amount, rows = 0;
    std::map<int, int> sorts{{amount, 1}};
    std::vector<int> before;
    for (auto& [at, value] : seen) {
      if (at > time) break;
      before.push_back(value);
      if (at <= time - 60) continue;
      ++n;
      total += value;
      most = std::max<int64_t>(most, value);
      ++sorts[value];
    }
    for (size_t k = before.size() - std::min<size_t>(40, before.size()); k < before.size(); ++k)
      rows += before[k];
    seen.emplace_back(time, amount);
    CHECK(task.output().rows().back() == "+ a|" + std::to_string(amount) + "|" + std::to_string(n) + "|" +
                                             std::to_string(total) + "|" + std::to_string(most) + "|" +
                                             std::to_string(sorts.size()) + "|" +
                                             (before.empty() ? "NULL" : std::to_string(rows)) + " @" +
                                             std::to_string(time) + " w" + std::to_string(i / 10));
  }
}

/// The extreme leaves with nearly each row: what chunks come to is remembered, and forgotten where late rows
/// come into them.
TEST_CASE("over: the greatest of values that fall, among late ones, agrees with a recomputation") {
  StepUnderTest step(
      "over: {by: card, grace: 500s, windows: {short: 300s, long: {last: 1000s, exclude: current}, ever: "
      "unbounded}, add: {most: max(amount) OVER short, before: max(amount) OVER long, least: min(amount) "
      "OVER "
      "ever}}\n",
      {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (int k = 0; k < 2; ++k) {
      const int64_t time = i - (random() % 8 == 0 ? static_cast<int64_t>(random() % 400) : 0);
      const int amount = 10'000 - static_cast<int>(time) * 3 + static_cast<int>(random() % 4);
      rows.push_back({time, i - 500, {"a", std::to_string(amount)}});
    }
    return rows;
  };
  std::mt19937 random(5);
  TaskUnderTest task(step.node(), input_schema());
  std::vector<std::pair<int64_t, int>> seen;
  for (int i = 0; i < 1500; ++i) {
    for (const InputRow& row : rows_at(i, random)) {
      task.send({row});
      const int amount = std::stoi(*row.values[1]);
      std::optional<int> before;
      int most = amount;
      int least = amount;
      for (const auto& [at, value] : seen) {
        if (at > row.time) continue;
        least = std::min(least, value);
        if (at > row.time - 300) most = std::max(most, value);
        if (at > row.time - 1000) before = std::max(before.value_or(value), value);
      }
      seen.emplace_back(row.time, amount);
      const std::string expected = "+ a|" + std::to_string(amount) + "|" + std::to_string(most) + "|" +
                                   (before ? std::to_string(*before) : "NULL") + "|" + std::to_string(least) +
                                   " @" + std::to_string(row.time) + " w" + std::to_string(i - 500);
      CHECK(task.output().rows().back() == expected);
    }
  }
  CHECK(compare_with_disk(step.node(), input_schema(), 5, rows_at, 2).passed > 400);
}

/// What calls have taken of chunks, and of runs of them, is put together in order. A chunk that late rows
/// divide moves those behind it on.
TEST_CASE("over: calls that depend on the order of many events agree with a recomputation") {
  StepUnderTest step(
      "over: {by: card, grace: 500s, windows: {long: {last: 1500s, exclude: current}, less: 1000s, few: "
      "{last: 50s, exclude: current}}, add: "
      "{first: first_value(amount) OVER long, latest: last_value(amount) OVER long, before: lag(amount) OVER "
      "less, "
      "most: \"max_by(amount, amount % 100) OVER long\", least: \"min_by(amount, -amount / 100) OVER long\", "
      "total: sum(amount::float8 / 7) OVER few, sizes: \"histogram(amount / 2500 + 1, 2) OVER long\", half: "
      "\"approx_percentile(amount::float8, 0.5) OVER "
      "long\"}}\n",
      {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (int k = 0; k < 3; ++k) {
      const int64_t time = i - (random() % 8 == 0 ? static_cast<int64_t>(random() % 400) : 0);
      rows.push_back({time, i - 500, {"a", std::to_string(random() % 5000)}});
    }
    return rows;
  };
  using Event = std::pair<int64_t, int>;
  std::mt19937 random(5);
  TaskUnderTest task(step.node(), input_schema());
  std::vector<Event> seen;  // in the order of their times
  for (int i = 0; i < 1500; ++i) {
    for (const InputRow& row : rows_at(i, random)) {
      task.send({row});
      const int amount = std::stoi(*row.values[1]);
      const auto end = std::ranges::upper_bound(seen, row.time, {}, &Event::first);
      const auto begin = std::ranges::upper_bound(seen.begin(), end, row.time - 1500, {}, &Event::first);
      if (i > 400) {
        const auto digits = [](const Event& event) { return event.second % 100; };
        const auto hundreds = [](const Event& event) { return -event.second / 100; };
        const auto few = std::ranges::upper_bound(begin, end, row.time - 50, {}, &Event::first);
        const auto add = [](double sum, const Event& event) { return sum + event.second / 7.0; };
        std::string total = few == end ? "NULL" : "";
        if (few != end) append_double(std::accumulate(few, end, 0.0, add), total);
        std::string expected = "+ a";
        for (int value : {amount, begin->second, (end - 1)->second, (end - 1)->second,
                          std::ranges::max_element(begin, end, {}, digits)->second,
                          std::ranges::min_element(begin, end, {}, hundreds)->second})
          expected += "|" + std::to_string(value);
        const auto small = std::count_if(begin, end, [](const Event& event) { return event.second < 2500; });
        expected +=
            "|" + total + "|{0," + std::to_string(small) + "," + std::to_string(end - begin - small) + ",0}|";
        const std::string& result = task.output().rows().back();
        CHECK(result.substr(0, expected.size()) == expected);
        const int half = std::stoi(result.substr(expected.size()));
        const auto below = std::count_if(begin, end, [&](const Event& event) { return event.second < half; });
        CHECK(std::abs(static_cast<double>(below) / static_cast<double>(end - begin) - 0.5) <
              0.03 + 1.0 / static_cast<double>(end - begin));
      }
      seen.insert(end, {row.time, amount});
    }
  }
  CHECK(compare_with_disk(step.node(), input_schema(), 5, rows_at, 2).passed > 400);
}

TEST_CASE("over: events on disk count as those in memory do") {
  StepUnderTest step(
      "over: {by: card, grace: 3s, windows: {short: 5s, long: {last: 40s, exclude: current}, few: 4 rows, "
      "ever: "
      "unbounded}, add: {n: count(*) OVER long, most: max(amount) OVER short, all_of: "
      "\"string_agg(amount::text, "
      "',') OVER few\", sorts: count(DISTINCT amount) OVER long, least: min(amount) OVER ever}}\n",
      {input_schema()});
  const auto rows_at = [](int i, std::mt19937& random) {
    std::vector<InputRow> rows;
    for (size_t left = random() % 5; left > 0; --left) {
      const int64_t time = i + static_cast<int64_t>(random() % 9);
      rows.push_back(
          {time,
           i - 2,
           {std::string(1, static_cast<char>('a' + random() % 6)), std::to_string(random() % 20)}});
    }
    return rows;
  };
  CHECK(compare_with_disk(step.node(), input_schema(), 5, rows_at, 2).passed > 400);
}

TEST_CASE("over: findings") {
  using Catch::Contains;
  const std::string windows = "over: {by: card, windows: {hour: 1h, ever: unbounded}, add: ";
  CHECK_THAT(findings(windows + "{n: count(*)}}\n"), Contains("over-missing") && Contains("`hour`, `ever`"));
  CHECK_THAT(findings(windows + "{n: count(*) OVER huor}}\n"), Contains("did you mean `hour`?"));
  CHECK_THAT(findings(windows + "{n: count(*) OVER (ORDER BY amount)}}\n"), Contains("the name of a window"));
  CHECK_THAT(findings(windows + "{n: upper(card) OVER hour}}\n"), Contains("is no aggregate function"));
  CHECK_THAT(findings(windows + "{n: complete(amount)}}\n"), Contains("unknown-window"));
  CHECK_THAT(findings(windows + "{n: complete(1)}}\n"), Contains("complete takes the name of a window"));
  CHECK_THAT(findings(windows + "{n: \"string_agg(DISTINCT card, ',') OVER ever\"}}\n"),
             Contains("all events for ever"));
  CHECK_THAT(findings("over: {windows: {a: 10}, add: {n: count(*) OVER a}}\n"),
             Contains("how far does it look back?"));
  CHECK_THAT(findings("over: {windows: {a: 5000 rows}, add: {n: count(*) OVER a}}\n"),
             Contains("1 to 1000 rows"));
  CHECK_THAT(findings("over: {windows: {a: 0s, A: 1h}, add: {n: count(*) OVER a}}\n"),
             Contains("a look-back window is as long as") && Contains("is declared a second time"));
  CHECK_THAT(findings("over: {windows: {}, add: {n: 1}}\n"), Contains("`windows` is a map of names"));
  CHECK_THAT(findings("over: {by: crad, windows: {a: 1h}, add: {n: count(*) OVER a}}\n"),
             Contains("did you mean `card`?"));
}

TEST_CASE("over: a window may be added to the state of others, a call to a window's may not") {
  const auto layout_of = [](const std::string& windows, const std::string& calls) {
    StepUnderTest step("over:\n  by: card\n  windows: {" + windows + "}\n  add: {" + calls + "}\n",
                       {input_schema()});
    TaskUnderTest task(step.node(), input_schema());
    for (const auto& table : task.state().tables())
      if (table->layout().table() == "windows") return table->layout();
    throw std::logic_error("no window keeps states");
  };
  const TableLayout few = layout_of("hour: 1h", "n: count(*) OVER hour");
  const TableLayout more =
      layout_of("short: 5m, hour: 1h", "n: count(*) OVER hour, t: sum(amount) OVER short");
  const TableLayout other = layout_of("hour: 1h", "n: count(*) OVER hour, t: sum(amount) OVER hour");
  const TableLayout longer = layout_of("hour: 2h", "n: count(*) OVER hour");
  CHECK(RowMapping(few, more).refusal().empty());
  CHECK(RowMapping(more, few).refusal().empty());
  CHECK_THAT(RowMapping(few, other).refusal(), Catch::Contains("`sum(amount) OVER hour` is new"));
  CHECK_THAT(RowMapping(few, longer).refusal(), Catch::Contains("`window hour` was 1h and is 2h"));

  std::vector<std::byte> before(few.row_size(), std::byte{7});
  std::string image;
  append_row_image(few, before.data(), image);
  std::vector<std::byte> after(more.row_size(), std::byte{9});
  BlobHeap heap;
  REQUIRE(RowMapping(few, more).read(image, after.data(), heap));
  CHECK(std::ranges::count(after, std::byte{7}) == static_cast<std::ptrdiff_t>(before.size()));
  CHECK(std::ranges::count(after, std::byte{0}) == static_cast<std::ptrdiff_t>(after.size() - before.size()));
}

}  // namespace
}  // namespace pactolus
