#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/document.h"
#include "data/schema.h"
#include "operators/registry.h"

namespace pactolus {

/// Columns written as "name type" or "name type null".
Schema schema_of(const std::vector<std::string>& columns);

/// A step read from the YAML of its operation (`filter: amount > 0`), with inputs named rows, rows2, … With a
/// primary key the last one is a source that is a table, with `versions` one with times.
class StepUnderTest {
 public:
  StepUnderTest(std::string yaml, std::vector<Schema> inputs, std::vector<Constant> constants = {},
                std::vector<size_t> primary_key = {}, std::optional<Duration> versions = {});
  /// Over one input of which more is known: a changing table.
  StepUnderTest(std::string yaml, Schema input, StreamTraits traits);
  /// Over inputs of which more is known, each.
  StepUnderTest(std::string yaml, std::vector<Schema> inputs, std::vector<StreamTraits> traits);

  /// Fails the test if there is none.
  const OperatorNode& node() const;
  bool built() const { return node_ != nullptr; }
  /// All findings, rendered.
  const std::string& findings() const { return findings_; }

 private:
  void build(std::string yaml, std::vector<size_t> primary_key, std::optional<Duration> versions);

  std::vector<Schema> inputs_;
  std::vector<StreamTraits> traits_;  // of the first inputs
  std::vector<Constant> constants_;
  std::optional<Document> document_;
  std::unique_ptr<const OperatorNode> node_;
  std::string findings_;
};

}  // namespace pactolus
