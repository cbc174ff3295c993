#include <chrono>
#include <iostream>

#include "base/nearest_name.h"
#include "cli/command.h"
#include "cli/test_report.h"
#include "cli/topology_files.h"
#include "topology/inline_tests.h"

namespace pactolus {
namespace {

constexpr std::string_view kHelp =
    "Runs the tests that stand in topologies: no Kafka, a virtual clock, milliseconds each.\n"
    "\n"
    "  tests:\n"
    "    - name: an event after its window closed goes to the dead letters\n"
    "      send:\n"
    "        - payments: {payment_id: a, merchant: m1, amount: 20.00, paid_at: 2026-01-01T00:00:01Z}\n"
    "        - payments: {payment_id: b, merchant: m2, amount: 1.00, paid_at: 2026-01-01T00:02:00Z}\n"
    "        - payments: {payment_id: c, merchant: m1, amount: 1.00, paid_at: 2026-01-01T00:00:02Z}\n"
    "      expect:\n"
    "        totals: [{merchant: m1, payments: 1, total: 20.00}]\n"
    "        dead_letters: [{step: per_minute, code: late}]\n"
    "\n"
    "  $ pactolus test topologies/\n"
    "  $ pactolus test --filter 'window closed' topologies/card-fraud.yaml\n"
    "\n"
    "`send` also takes `{advance: 2m}` (moves the wall clock: idle partitions), `{restart: true}` (kills "
    "and\n"
    "restores the task) and `{end: true}` (no more input: closes all windows). Sinks and columns that a "
    "test\n"
    "does not name are not compared; `[]` means that nothing came; a deleted row of a table has its key and\n"
    "NULLs. Rows are compared as sets, with `in_order: true` in their order. The clock begins at\n"
    "2026-01-01T00:00:00Z; a record's Kafka timestamp is its event time, unless the source reads a field\n"
    "from the timestamp and the row has it.\n"
    "\n"
    "Exit status: 0 all passed, 1 a test failed or a file has errors, 2 wrong usage.\n";

constexpr OptionSpec kOptions[] = {{"filter", "NAME", "only tests whose names contain this, in any case"}};

using WallTime = std::chrono::steady_clock;

std::string since(WallTime::time_point begin) {
  auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(WallTime::now() - begin);
  return std::to_string(taken.count()) + " ms";
}

/// Runs the tests of one file after the other, and counts.
class TestSession {
 public:
  TestSession(std::string filter, const Console& console) : filter_(std::move(filter)), console_(console) {}

  void run_file(const std::string& file) {
    LoadedTopology topology = load_topology_file(file, {.environment = &environment_});
    console_.out << console_.paint(Colour::kBold, file) << "\n";
    FindingCounts counts{.files = 1};
    print_findings(topology.diagnostics, topology.text, console_, console_.out, counts);
    if (topology.plan == nullptr) {
      ++bad_files_;
      return;
    }
    Diagnostics already_reported;
    for (const InlineTest& test : read_inline_tests(topology.document->root(), already_reported)) {
      bool wanted = lower_case(test.name.text).find(lower_case(filter_)) != std::string::npos;
      if (wanted) run_test(*topology.plan, test);
    }
  }

  int finish() {
    if (passed_ + failed_ + bad_files_ == 0 && !filter_.empty()) {
      console_.err << "pactolus test: no test has a name with `" << filter_ << "`\n";
      return kExitUsage;
    }
    bool good = failed_ + bad_files_ == 0;
    std::string summary = std::to_string(passed_) + " passed, " + std::to_string(failed_) + " failed";
    if (bad_files_ > 0) summary += ", " + count_of(bad_files_, "file") + " with errors";
    console_.out << console_.paint(good ? Colour::kGreen : Colour::kRed, summary) << " in " << since(begin_)
                 << "\n";
    return good ? kExitFine : kExitFindings;
  }

 private:
  void run_test(const Plan& plan, const InlineTest& test) {
    WallTime::time_point begin = WallTime::now();
    TestOutcome outcome = run_inline_test(plan, test);
    ++(outcome.passed() ? passed_ : failed_);
    console_.out << (outcome.passed() ? console_.paint(Colour::kGreen, "  ok    ")
                                      : console_.paint(Colour::kRed, "  FAIL  "))
                 << test.name.text << " (" << since(begin) << ")\n";
    if (!outcome.passed()) report_failure(outcome, console_);
  }

  std::string filter_;
  const Console& console_;
  Environment environment_ = process_environment();
  WallTime::time_point begin_ = WallTime::now();
  size_t passed_ = 0;
  size_t failed_ = 0;
  size_t bad_files_ = 0;
};

int run(const Invocation& invocation, const Console& console) {
  auto files = topology_files(invocation.operands);
  if (!files) {
    console.err << "pactolus test: " << files.error().message << "\n";
    return kExitUsage;
  }
  TestSession session(invocation.option("filter").value_or(""), console);
  for (const std::string& file : *files) session.run_file(file);
  return session.finish();
}

}  // namespace

const Command kTestCommand{.name = "test",
                           .summary = "runs the tests that stand in topologies",
                           .operands = "FILE|FOLDER...",
                           .operands_min = 1,
                           .options = kOptions,
                           .help = kHelp,
                           .run = run};

}  // namespace pactolus
