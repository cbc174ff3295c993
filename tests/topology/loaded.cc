#include "loaded.h"

#include <catch2/catch.hpp>

namespace pactolus {

Loaded load_text(const std::string& file, const std::string& text, const PlanOptions& options) {
  Diagnostics diagnostics;
  Loaded loaded;
  std::optional<Document> document = Document::parse(file, text, diagnostics);
  if (document) loaded.plan = load_topology(*document, options, diagnostics);
  for (const Diagnostic& finding : diagnostics.sorted()) loaded.findings += render(finding, text);
  return loaded;
}

std::unique_ptr<const Plan> plan_of(const std::string& text, const PlanOptions& options) {
  Loaded loaded = load_text("topology.yaml", text, options);
  INFO(loaded.findings);
  REQUIRE(loaded.plan);
  return std::move(loaded.plan);
}

}  // namespace pactolus
