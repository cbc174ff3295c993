#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "config/document.h"
#include "config/environment.h"
#include "topology/plan.h"

namespace pactolus {

/// What a plan takes from the daemon's settings and not from the topology's file.
struct PlanOptions {
  std::string internal_prefix = "";                           // of the topics that Pactolus makes
  std::string dead_letter_topic = "{topology}-dead-letters";  // {topology}: the topology's name
  const Environment* environment = nullptr;                   // for ${NAME}; none: refused
};

/// Makes a plan of a topology's file. Everything that is wrong with the file, its inline tests included, is
/// reported at once; with errors there is no plan.
std::unique_ptr<const Plan> load_topology(const Document& document, const PlanOptions& options,
                                          Diagnostics& diagnostics);

}  // namespace pactolus
