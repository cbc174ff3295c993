#include "operators/windows/windows.h"

#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <vector>

#include "state/row_image.h"
#include "step_under_test.h"
#include "task_under_test.h"

namespace pactolus {
namespace {

using namespace std::chrono_literals;

/// What windows a time lies in, by asking all that there are about it.
std::vector<TimeSpan> all_windows(const WindowKind& kind, EventTime from, EventTime until) {
  std::vector<TimeSpan> windows;
  for (EventTime end = kind.first_end_after(from); end <= until; end = kind.first_end_after(end))
    windows.push_back({kind.start_of(end), end});
  return windows;
}

std::string text(const std::vector<TimeSpan>& windows) {
  std::string text;
  for (const TimeSpan& window : windows) {
    text += (text.empty() ? "" : " ") + std::to_string(window.begin.micros()) + "-" +
            std::to_string(window.end.micros());
  }
  return text;
}

std::unique_ptr<WindowKind> tumbling(int64_t length) {
  return std::make_unique<PeriodWindows>(std::make_unique<FixedPeriods>(Duration{length}), std::nullopt,
                                         Duration{length});
}

std::unique_ptr<WindowKind> cumulative(int64_t length, int64_t step) {
  return std::make_unique<PeriodWindows>(std::make_unique<FixedPeriods>(Duration{length}), Duration{step},
                                         Duration{length});
}

std::unique_ptr<WindowKind> hopping(int64_t size, int64_t every) {
  return std::make_unique<HoppingWindows>(Duration{size}, Duration{every});
}

TEST_CASE("windows: tumbling, hopping and cumulative ones") {
  const EventTime from{-1};
  const EventTime until{20};
  CHECK(text(all_windows(*tumbling(10), from, until)) == "-10-0 0-10 10-20");
  CHECK(text(all_windows(*hopping(10, 5), from, until)) == "-10-0 -5-5 0-10 5-15 10-20");
  CHECK(text(all_windows(*hopping(7, 5), from, until)) == "-5-2 0-7 5-12 10-17");
  CHECK(text(all_windows(*cumulative(10, 5), from, until)) == "-10-0 0-5 0-10 10-15 10-20");
  CHECK(text(all_windows(*cumulative(10, 4), from, until)) == "-10-0 0-4 0-8 0-10 10-14 10-18 10-20");
}

TEST_CASE("windows: a lookup finds all windows that a time lies in, whatever was asked before") {
  std::mt19937 random(7);
  const auto number = [&](int64_t from, int64_t to) {
    return std::uniform_int_distribution<int64_t>(from, to)(random);
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<NamedWindows> kinds;
    for (int64_t i = number(1, 3); i > 0; --i) {
      const int64_t length = number(1, 30);
      const int64_t step = number(1, length);
      const std::function<std::unique_ptr<WindowKind>()> makers[] = {
          [&] { return tumbling(length); }, [&] { return hopping(length, step); },
          [&] { return cumulative(length, step); }};
      kinds.push_back({"w" + std::to_string(i), makers[number(0, 2)]()});
    }
    const Windows windows(std::move(kinds));
    WindowLookup lookup(windows);
    EventTime time{number(-100, 100)};
    for (int i = 0; i < 50; ++i) {
      std::vector<std::pair<EventTime, size_t>> expected;
      EventTime first_end = EventTime::max();
      for (size_t kind = 0; kind < windows.kinds().size(); ++kind) {
        for (const TimeSpan& window :
             all_windows(*windows.kinds()[kind].kind, EventTime{-200}, EventTime{200})) {
          if (window.holds(time)) expected.emplace_back(window.end, kind);
          if (window.end > time) first_end = std::min(first_end, window.end);
        }
      }
      std::sort(expected.begin(), expected.end());
      std::vector<std::pair<EventTime, size_t>> found;
      for (const Window& window : lookup.of(time)) found.emplace_back(window.end, window.kind);
      REQUIRE(found == expected);
      REQUIRE(found.size() <= windows.overlap());
      REQUIRE(lookup.slice().holds(time));
      REQUIRE(windows.first_end_after(time) == first_end);
      time = number(0, 3) == 0 ? EventTime{number(-100, 100)} : time + Duration{number(-2, 2)};
    }
  }
}

TEST_CASE("windows: state of other windows is refused") {
  const Schema schema = schema_of({"card text", "amount integer"});
  const auto refusal = [&](const std::string& before, const std::string& after) {
    StepUnderTest was(before, {schema});
    StepUnderTest is(after, {schema});
    TaskUnderTest old_task(was.node(), schema);
    TaskUnderTest new_task(is.node(), schema);
    return RowMapping(old_task.state().tables().front()->layout(),
                      new_task.state().tables().front()->layout())
        .refusal();
  };
  const auto aggregate = [](const std::string& windows) {
    return "aggregate:\n  by: card\n  " + windows + "\n  select: {n: count(*)}\n";
  };
  CHECK_THAT(refusal(aggregate("window: {tumbling: 1m}"), aggregate("window: {tumbling: 5m}")),
             Catch::Contains("`window` was tumbling 1m and is tumbling 5m"));
  CHECK_THAT(refusal(aggregate("window: {calendar: day}"), aggregate("window: {calendar: day, zone: EST}")),
             Catch::Contains("calendar day in EST"));
  CHECK_THAT(refusal(aggregate("windows: {a: {tumbling: 1m}, b: {tumbling: 2m}}"),
                     aggregate("windows: {a: {tumbling: 1m}}")),
             Catch::Contains("`window` was a: tumbling 1m; b: tumbling 2m and is a: tumbling 1m"));
  CHECK_THAT(refusal("deduplicate: {by: card, within: 1h}\n", "deduplicate: {by: card, within: 2h}\n"),
             Catch::Contains("`window` was tumbling 1h and is tumbling 2h"));
  CHECK(refusal(aggregate("window: {tumbling: 60s}"), aggregate("window: {tumbling: 1m}\n  grace: 1s"))
            .empty());
}

}  // namespace
}  // namespace pactolus
