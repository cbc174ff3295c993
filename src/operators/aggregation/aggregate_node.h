#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/aggregation/aggregate_program.h"
#include "operators/operator.h"

namespace pactolus {

/// An aggregate step in the plan.
class AggregateNode final : public OperatorNode {
 public:
  using Description = std::vector<std::pair<std::string, std::string>>;

  /// `also_used`: columns that it looks at besides those of its expressions.
  AggregateNode(std::unique_ptr<const AggregateProgram> program, std::vector<size_t> also_used,
                std::optional<int32_t> partitions, Description description);

  const Schema& output() const override { return program_->output; }
  bool is_table() const override { return program_->emit_changes; }
  std::vector<size_t> key_columns() const override;
  bool takes_before_rows(bool) const override { return true; }
  std::optional<size_t> window_end_column() const override;
  std::vector<std::optional<size_t>> copied_from(size_t input) const override;
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_->by; }
  bool results_by_row() const override {
    return program_->emits_each_change() && program_->order() == nullptr;
  }
  Duration delay() const override;
  EventTime next_boundary(EventTime watermark) const override;
  std::optional<std::vector<size_t>> columns_used(size_t input) const override;
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Description describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override;

 private:
  std::unique_ptr<const AggregateProgram> program_;
  std::vector<size_t> also_used_;
  std::optional<int32_t> partitions_;
  Description description_;
};

}  // namespace pactolus
