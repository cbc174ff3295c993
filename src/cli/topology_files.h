#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "config/document.h"
#include "topology/load.h"

namespace pactolus {

/// The files that the operands of a command name: a file is itself, a folder its *.yaml and *.yml, by name.
/// Error: a path that is not there, or a folder without topologies.
Result<std::vector<std::string>> topology_files(std::span<const std::string> paths);

/// One topology file, read. A value.
struct LoadedTopology {
  std::string file;
  std::string text;                  // of the file, for showing findings
  std::optional<Document> document;  // none: it is not even YAML
  std::unique_ptr<const Plan> plan;  // none: there are errors
  Diagnostics diagnostics;
};

/// Reads a YAML file. `text` is then what findings are shown with, also if it is not YAML.
std::optional<Document> load_document(const std::string& file, std::string& text, Diagnostics& diagnostics);

LoadedTopology load_topology_file(const std::string& file, const PlanOptions& options);

/// How many findings there are, and in how many files.
struct FindingCounts {
  size_t errors = 0;
  size_t warnings = 0;
  size_t files = 0;
};

/// "2 errors, 1 warning in 3 files", "3 files are fine".
std::string summary_of(const FindingCounts& counts);
/// "1 file", "3 files".
std::string count_of(size_t count, std::string_view noun);

/// Writes findings with their source lines (`text` is the whole file), and counts them.
void print_findings(const Diagnostics& diagnostics, std::string_view text, const Console& console,
                    std::ostream& to, FindingCounts& counts);

}  // namespace pactolus
