#include "loaded_step.h"

#include <ctime>
#include <fstream>
#include <iterator>

#include "arguments.h"

namespace pactolus::bench {

double cpu_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

LoadedStep::LoadedStep(const std::string& file, std::vector<StepInput> inputs) {
  std::ifstream in(file, std::ios::binary);
  Diagnostics diagnostics;
  document_ = Document::parse(file, {std::istreambuf_iterator<char>(in), {}}, diagnostics);
  if (!document_) give_up("not YAML: " + file);
  const Entry operation = document_->root().entries().front();
  const OperatorBuild build{.step = "step",
                            .node = &operation.value,
                            .inputs = std::move(inputs),
                            .constants = {},
                            .hints = {},
                            .diagnostics = &diagnostics};
  node_ = find_operator(operation.key.text())->build(build);
  if (!node_) give_up(render(diagnostics.sorted().front(), document_->text()));
  operator_ = node_->instantiate(*state_);
}

}  // namespace pactolus::bench
