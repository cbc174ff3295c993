#include "expr/nodes/logic.h"

#include "expr/nodes/kernel.h"

namespace pactolus {
namespace {

bool any_nullable(const std::vector<ExpressionPtr>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const ExpressionPtr& a) { return a->nullable(); });
}

/// AND where `decisive` is false, OR where it is true: one argument with the decisive value decides a row;
/// otherwise a null makes it null.
class Connective final : public Expression {
 public:
  Connective(bool decisive, std::vector<ExpressionPtr> arguments)
      : Expression(kBooleanType, any_nullable(arguments)),
        decisive_(decisive),
        arguments_(std::move(arguments)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->values_of<TypeKind::kBoolean>();
    uint8_t* nulls = out->nulls();
    for (uint32_t row : rows) values[row] = !decisive_;
    std::vector<uint32_t> open(rows.begin(), rows.end());
    for (const ExpressionPtr& argument : arguments_) {
      if (open.empty()) break;
      Operand<uint8_t> operand(*argument, batch, open, errors);
      size_t left = 0;
      for (uint32_t row : open) {
        bool null = operand.null(row);
        bool decided = !null && (operand[row] != 0) == decisive_;
        values[row] = decided ? decisive_ : values[row];
        nulls[row] = static_cast<uint8_t>(!decided && (nulls[row] || null));
        open[left] = row;
        left += !decided;
      }
      open.resize(left);
    }
    for (uint32_t row : rows) values[row] = static_cast<uint8_t>(values[row] && !nulls[row]);
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& argument : arguments_) argument->collect_columns(columns);
  }

 private:
  bool decisive_;
  std::vector<ExpressionPtr> arguments_;
};

Failure invert(uint8_t& out, uint8_t a) {
  out = !a;
  return kNoFailure;
}

class NullTest final : public Expression {
 public:
  NullTest(bool negated, ExpressionPtr argument)
      : Expression(kBooleanType, false), negated_(negated), argument_(std::move(argument)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    ColumnPtr argument = argument_->evaluate(batch, rows, errors);
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows) values[row] = argument->is_null(row) != negated_;
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { argument_->collect_columns(columns); }

 private:
  bool negated_;
  ExpressionPtr argument_;
};

class TruthTest final : public Expression {
 public:
  TruthTest(TruthValue wanted, bool negated, ExpressionPtr argument)
      : Expression(kBooleanType, false), wanted_(wanted), negated_(negated), argument_(std::move(argument)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<uint8_t> operand(*argument_, batch, rows, errors);
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows) {
      TruthValue truth = operand[row] ? TruthValue::kTrue : TruthValue::kFalse;
      if (operand.null(row)) truth = TruthValue::kUnknown;
      values[row] = (truth == wanted_) != negated_;
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { argument_->collect_columns(columns); }

 private:
  TruthValue wanted_;
  bool negated_;
  ExpressionPtr argument_;
};

}  // namespace

ExpressionPtr make_and(std::vector<ExpressionPtr> arguments) {
  return std::make_unique<Connective>(false, std::move(arguments));
}

ExpressionPtr make_or(std::vector<ExpressionPtr> arguments) {
  return std::make_unique<Connective>(true, std::move(arguments));
}

ExpressionPtr make_not(ExpressionPtr argument) {
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(argument));
  return make_kernel<&invert>(kBooleanType, std::move(arguments));
}

ExpressionPtr make_null_test(bool negated, ExpressionPtr argument) {
  return std::make_unique<NullTest>(negated, std::move(argument));
}

ExpressionPtr make_truth_test(TruthValue wanted, bool negated, ExpressionPtr argument) {
  return std::make_unique<TruthTest>(wanted, negated, std::move(argument));
}

}  // namespace pactolus
