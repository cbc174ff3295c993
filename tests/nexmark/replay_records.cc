// Runs a topology over records and writes what its sinks and its dead letters hold in the end:
//
//   replay_records TOPOLOGY.yaml [PARTITIONS WORKERS SEED [kills]]
//
// Standard input has a record a line: source, Kafka timestamp in milliseconds, key and value, with tabs
// between them. Standard output has the sink (or `dead_letters`), key and value of each record, partition by
// partition; a tombstone's value is empty. With PARTITIONS, every topic of a source or sink has so many, and
// the workers are killed and commit at random.
#include <charconv>
#include <fstream>
#include <iostream>
#include <sstream>

#include "replay/virtual_run.h"
#include "topology/load.h"

namespace pactolus::testing {
namespace {

Result<std::unique_ptr<const Plan>> load(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  Diagnostics diagnostics;
  auto document = Document::parse(file, text.str(), diagnostics);
  std::unique_ptr<const Plan> plan;
  if (document) plan = load_topology(*document, {}, diagnostics);
  if (plan != nullptr) return plan;
  std::string findings = "cannot run " + file;
  for (const Diagnostic& finding : diagnostics.sorted()) findings += "\n" + render(finding, text.str());
  return Error{findings};
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');) cells.push_back(cell);
  return cells;
}

Result<int64_t> number_of(const std::string& text) {
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return Error{"not a number: " + text};
  return number;
}

Result<void> send(const Plan& plan, const std::string& line, VirtualRun& run) {
  std::vector<std::string> cells = cells_of(line);
  if (cells.size() != 4) return Error{"not a record: " + line};
  for (const auto& source : plan.sources) {
    if (source->name != cells[0]) continue;
    ProcessingTime time{PACTOLUS_TRY(number_of(cells[1])) * 1000};
    PACTOLUS_TRY(run.send(*source, {Offset{0}, time, cells[2], cells[3], {}}));
  }
  return {};
}

Result<void> write(const std::string& name, const std::string& topic, const VirtualRun& run) {
  for (const OwnedRecord& record : PACTOLUS_TRY(run.read(topic)))
    std::cout << name << '\t' << record.key.value_or("") << '\t' << record.value.value_or("") << '\n';
  return {};
}

Result<void> replay(const std::vector<std::string>& arguments) {
  auto plan = PACTOLUS_TRY(load(arguments.at(0)));
  VirtualRunOptions options;
  if (arguments.size() >= 4) {
    options.partitions = static_cast<int32_t>(PACTOLUS_TRY(number_of(arguments[1])));
    options.workers = static_cast<int>(PACTOLUS_TRY(number_of(arguments[2])));
    options.seed = static_cast<uint64_t>(PACTOLUS_TRY(number_of(arguments[3])));
    options.commits = VirtualCommits::kAtRandom;
    options.kills_at_random = arguments.size() == 5;
  }
  auto run = PACTOLUS_TRY(VirtualRun::make(*plan, options));
  for (std::string line; std::getline(std::cin, line);) PACTOLUS_TRY(send(*plan, line, *run));
  PACTOLUS_TRY(run->end_input());
  for (const auto& sink : plan->sinks) PACTOLUS_TRY(write(sink->name, sink->topic, *run));
  return write("dead_letters", plan->dead_letter_topic, *run);
}

}  // namespace
}  // namespace pactolus::testing

int main(int count, char** arguments) {
  if (count != 2 && count != 5 && !(count == 6 && std::string_view{arguments[5]} == "kills")) {
    std::cerr << "replay_records TOPOLOGY.yaml [PARTITIONS WORKERS SEED [kills]]\n";
    return 2;
  }
  auto done = pactolus::testing::replay({arguments + 1, arguments + count});
  if (!done) std::cerr << done.error().message << "\n";
  return done && std::cout.flush() ? 0 : 1;
}
