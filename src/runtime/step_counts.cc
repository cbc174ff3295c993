#include "runtime/step_counts.h"

#include <utility>

namespace pactolus {
namespace {

constexpr std::pair<const char*, uint64_t StepCounts::*> kNamed[] = {
    {"rows_in", &StepCounts::rows_in},
    {"passed", &StepCounts::passed},
    {"filtered", &StepCounts::filtered},
    {"absorbed", &StepCounts::absorbed},
    {"dead_letters", &StepCounts::dead_letters},
    {"results_by_row", &StepCounts::results_by_row},
    {"results_by_close", &StepCounts::results_by_close},
    {"results_withheld", &StepCounts::results_withheld},
    {"dead_results", &StepCounts::dead_results},
    {"matches_dropped", &StepCounts::matches_dropped},
};

}  // namespace

std::map<std::string, uint64_t> by_name(const StepCounts& counts) {
  std::map<std::string, uint64_t> named;
  for (const auto& [name, member] : kNamed) {
    if (counts.*member != 0) named[name] = counts.*member;
  }
  return named;
}

StepCounts counts_from(const std::map<std::string, uint64_t>& named) {
  StepCounts counts;
  for (const auto& [name, member] : kNamed) {
    auto found = named.find(name);
    if (found != named.end()) counts.*member = found->second;
  }
  return counts;
}

}  // namespace pactolus
