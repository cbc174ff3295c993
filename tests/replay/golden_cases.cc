#include "replay/golden_cases.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "replaced.h"
#include "topology/load.h"

namespace pactolus::golden {
namespace {

std::string text_of(const std::string& file, const std::string& prefix) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  std::string named = testing::replaced(text.str(), "topology: ", "topology: " + prefix);
  return testing::replaced(named, "topic: ", "topic: " + prefix);
}

Case load_case(const std::string& file, const std::string& prefix) {
  INFO(file);
  std::string text = text_of(file, prefix);
  Diagnostics diagnostics;
  auto document = Document::parse(file, text, diagnostics);
  REQUIRE(document);
  Case loaded{file,
              load_topology(*document, {}, diagnostics),
              {},
              text.starts_with("# partitions: 1"),
              text.starts_with("# partitions: what remains")};
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    UNSCOPED_INFO(render(diagnostic, document->text()));
  REQUIRE(diagnostics.size() == 0);
  loaded.tests = read_inline_tests(document->root(), diagnostics);
  return loaded;
}

std::string text_of(const SeenRecord& record) {
  return record.key.value_or("no key") + " = " + record.value.value_or("no value");
}

}  // namespace

std::vector<Case> load_cases(const std::string& prefix) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/replay/cases")) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  std::vector<Case> loaded;
  for (const std::string& file : files) {
    std::string own = prefix.empty() ? "" : prefix + std::filesystem::path(file).stem().string() + "-";
    loaded.push_back(load_case(file, own));
  }
  return loaded;
}

Result<Seen> results_of(const Plan& plan, const InlineTest& test, VirtualRunOptions options,
                        std::unique_ptr<RunLog> log, uint64_t* deaths) {
  options.start = kTestStart;
  auto run = PACTOLUS_TRY(VirtualRun::make(plan, options, std::move(log)));
  PACTOLUS_TRY(play(plan, test, *run));
  if (deaths != nullptr) *deaths += run->lives() - static_cast<uint64_t>(options.workers);
  std::set<std::string> topics = {plan.dead_letter_topic};
  for (const auto& sink : plan.sinks) topics.insert(sink->topic);
  Seen seen;
  for (const std::string& topic : topics) {
    for (const OwnedRecord& record : PACTOLUS_TRY(run->read(topic))) {
      seen[topic].push_back({record.key, record.value, record.timestamp, record.headers});
    }
  }
  return seen;
}

std::map<std::string, std::multiset<std::string>> without_order(const Seen& seen) {
  std::map<std::string, std::multiset<std::string>> sets;
  for (const auto& [topic, records] : seen) {
    for (const SeenRecord& record : records) sets[topic].insert(text_of(record));
  }
  return sets;
}

std::map<std::string, std::multiset<std::string>> what_remains(const Plan& plan, const Seen& seen) {
  Seen remaining = seen;
  for (const auto& sink : plan.sinks) {
    if (!sink->is_table) continue;
    std::map<std::optional<std::string>, SeenRecord> last;
    for (const SeenRecord& record : remaining[sink->topic]) last[record.key] = record;
    remaining[sink->topic].clear();
    for (auto& [key, record] : last) remaining[sink->topic].push_back(std::move(record));
  }
  return without_order(remaining);
}

bool waits_for_the_clock(const InlineTest& test) {
  return std::ranges::any_of(test.send,
                             [](const TestAction& a) { return std::holds_alternative<AdvanceClock>(a); });
}

}  // namespace pactolus::golden
