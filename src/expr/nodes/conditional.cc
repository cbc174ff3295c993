#include "expr/nodes/conditional.h"

#include "base/check.h"
#include "data/value_order.h"
#include "expr/nodes/comparison.h"
#include "expr/nodes/operand.h"

namespace pactolus {
namespace {

template <class T>
void copy_row(Column& out, const Operand<T>& from, uint32_t row) {
  out.values<T>()[row] = from[row];
  out.nulls()[row] = from.null(row);
}

/// Copies `rows` of what `from` gives for them into `out`, whose kind it has.
void copy_rows(Column& out, const Expression& from, const ColumnBatch& batch, std::span<const uint32_t> rows,
               RowErrors& errors) {
  if (rows.empty()) return;
  visit_physical(out.type().kind, [&]<class T>() {
    Operand<T> operand(from, batch, rows, errors);
    out.keep(operand.column());
    for (uint32_t row : rows) copy_row(out, operand, row);
  });
}

bool case_nullable(const std::vector<CaseBranch>& branches, const Expression& otherwise) {
  return otherwise.nullable() || std::any_of(branches.begin(), branches.end(), [](const CaseBranch& branch) {
           return branch.result->nullable();
         });
}

class Case final : public Expression {
 public:
  Case(Type type, std::vector<CaseBranch> branches, ExpressionPtr otherwise)
      : Expression(type, case_nullable(branches, *otherwise)),
        branches_(std::move(branches)),
        otherwise_(std::move(otherwise)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    auto out = make_column(type(), batch.rows());
    std::vector<uint32_t> open(rows.begin(), rows.end());
    std::vector<uint32_t> taken;
    for (const CaseBranch& branch : branches_) {
      if (open.empty()) break;
      Operand<uint8_t> condition(*branch.condition, batch, open, errors);
      divide(open, condition, taken);
      copy_rows(*out, *branch.result, batch, taken, errors);
    }
    copy_rows(*out, *otherwise_, batch, open, errors);
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const CaseBranch& branch : branches_) {
      branch.condition->collect_columns(columns);
      branch.result->collect_columns(columns);
    }
    otherwise_->collect_columns(columns);
  }

 private:
  /// Moves the rows that meet the condition, which nothing foretells: without branches.
  static void divide(std::vector<uint32_t>& open, const Operand<uint8_t>& condition,
                     std::vector<uint32_t>& taken) {
    taken.resize(open.size());
    size_t takes = 0;
    size_t left = 0;
    for (uint32_t row : open) {
      const bool met = !condition.null(row) & (condition[row] != 0);
      taken[takes] = row;
      takes += met;
      open[left] = row;
      left += !met;
    }
    taken.resize(takes);
    open.resize(left);
  }

  std::vector<CaseBranch> branches_;
  ExpressionPtr otherwise_;
};

bool all_nullable(const std::vector<ExpressionPtr>& arguments) {
  return std::all_of(arguments.begin(), arguments.end(),
                     [](const ExpressionPtr& a) { return a->nullable(); });
}

class Coalesce final : public Expression {
 public:
  Coalesce(Type type, std::vector<ExpressionPtr> arguments)
      : Expression(type, all_nullable(arguments)), arguments_(std::move(arguments)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    auto out = make_column(type(), batch.rows());
    std::vector<uint32_t> open(rows.begin(), rows.end());
    for (const ExpressionPtr& argument : arguments_) {
      copy_rows(*out, *argument, batch, open, errors);
      std::erase_if(open, [&](uint32_t row) { return !out->is_null(row); });
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& argument : arguments_) argument->collect_columns(columns);
  }

 private:
  std::vector<ExpressionPtr> arguments_;
};

template <class T>
class NullIf final : public Expression {
 public:
  NullIf(ExpressionPtr left, ExpressionPtr right)
      : Expression(left->type(), true), left_(std::move(left)), right_(std::move(right)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<T> left(*left_, batch, rows, errors);
    Operand<T> right(*right_, batch, rows, errors);
    auto out = make_column(type(), batch.rows());
    out->keep(left.column());
    for (uint32_t row : rows) {
      bool both = !left.null(row) && !right.null(row);
      if (both && compare_values(left[row], right[row]) == 0) {
        out->set_null(row);
      } else {
        copy_row(*out, left, row);
      }
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    left_->collect_columns(columns);
    right_->collect_columns(columns);
  }

 private:
  ExpressionPtr left_;
  ExpressionPtr right_;
};

template <class T>
class ExtremeOf final : public Expression {
 public:
  ExtremeOf(Extreme which, Type type, std::vector<ExpressionPtr> arguments)
      : Expression(type, all_nullable(arguments)), which_(which), arguments_(std::move(arguments)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    auto out = make_column(type(), batch.rows());
    copy_rows(*out, *arguments_.front(), batch, rows, errors);
    for (size_t i = 1; i < arguments_.size(); ++i) {
      Operand<T> operand(*arguments_[i], batch, rows, errors);
      out->keep(operand.column());
      for (uint32_t row : rows) {
        if (!operand.null(row) && replaces(*out, operand[row], row)) copy_row(*out, operand, row);
      }
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& argument : arguments_) argument->collect_columns(columns);
  }

 private:
  bool replaces(const Column& out, const T& candidate, uint32_t row) const {
    if (out.is_null(row)) return true;
    int order = compare_values(candidate, out.values<T>()[row]);
    return which_ == Extreme::kGreatest ? order > 0 : order < 0;
  }

  Extreme which_;
  std::vector<ExpressionPtr> arguments_;
};

}  // namespace

ExpressionPtr make_case(Type type, std::vector<CaseBranch> branches, ExpressionPtr otherwise) {
  return std::make_unique<Case>(type, std::move(branches), std::move(otherwise));
}

ExpressionPtr make_coalesce(Type type, std::vector<ExpressionPtr> arguments) {
  return std::make_unique<Coalesce>(type, std::move(arguments));
}

ExpressionPtr make_nullif(ExpressionPtr left, ExpressionPtr right) {
  PACTOLUS_CHECK(lie_alike(left->type().kind, right->type().kind));
  return visit_ordered(left->type().kind, [&]<class T>() -> ExpressionPtr {
    return std::make_unique<NullIf<T>>(std::move(left), std::move(right));
  });
}

ExpressionPtr make_extreme(Extreme which, Type type, std::vector<ExpressionPtr> arguments) {
  PACTOLUS_CHECK(!arguments.empty());
  return visit_ordered(type.kind, [&]<class T>() -> ExpressionPtr {
    return std::make_unique<ExtremeOf<T>>(which, type, std::move(arguments));
  });
}

}  // namespace pactolus
