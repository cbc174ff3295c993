#pragma once

#include <memory>
#include <string>

#include "topology/load.h"

namespace pactolus {

/// A topology as load_topology() took it.
struct Loaded {
  std::unique_ptr<const Plan> plan;
  std::string findings;  // rendered
};

Loaded load_text(const std::string& file, const std::string& text, const PlanOptions& options = {});

/// The plan of a topology; the test fails where there is none.
std::unique_ptr<const Plan> plan_of(const std::string& text, const PlanOptions& options = {});

}  // namespace pactolus
