#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "replay/dead_letter.h"
#include "replay/table_comparison.h"
#include "replay/virtual_run.h"
#include "topology/inline_tests.h"
#include "topology/plan.h"

namespace pactolus {

/// How an inline test went. A value.
struct TestOutcome {
  std::optional<Error> error;           // the run itself broke down: nothing was compared
  std::vector<TableComparison> tables;  // sinks as the test names them, then dead_letters if it names them
  std::vector<DeadLetter> unnamed;      // dead letters that came although the test says nothing of any

  bool passed() const;
};

/// The wall clock of every test begins here: the event time of rows whose source has no `time:`.
constexpr ProcessingTime kTestStart{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

/// Sends what the test sends and works it off. The run must be new.
Result<void> play(const Plan& plan, const InlineTest& test, VirtualRun& run);
/// Compares what came with what the test expects.
TestOutcome judge(const Plan& plan, const InlineTest& test, const VirtualRun& run);

/// Both, in a virtual run of its own.
TestOutcome run_inline_test(const Plan& plan, const InlineTest& test);

}  // namespace pactolus
