#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/document.h"
#include "operators/operator.h"
#include "operators/registry.h"

namespace pactolus::bench {

/// CPU time of this process so far, in nanoseconds.
double cpu_nanoseconds();

/// A step and its operator, as a task has it. Read from a file with its operation, as in YAML; one that
/// cannot be built ends the program.
class LoadedStep {
 public:
  LoadedStep(const std::string& file, std::vector<StepInput> inputs);

  const OperatorNode& node() const { return *node_; }
  Operator& op() { return *operator_; }
  StateStore& state() { return *state_; }

 private:
  std::optional<Document> document_;
  std::unique_ptr<const OperatorNode> node_;
  std::unique_ptr<StateStore> state_ = std::make_unique<StateStore>();
  std::unique_ptr<Operator> operator_;
};

}  // namespace pactolus::bench
