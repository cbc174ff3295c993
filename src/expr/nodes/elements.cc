#include "expr/nodes/elements.h"

#include "data/array.h"
#include "data/copy_slot.h"
#include "expr/nodes/failure.h"
#include "expr/nodes/operand.h"

namespace pactolus {
namespace {

using Arrays = Operand<std::string_view>;

class ArrayOf final : public Expression {
 public:
  ArrayOf(Type array, std::vector<ExpressionPtr> elements)
      : Expression(array, false), elements_(std::move(elements)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    std::vector<ColumnPtr> columns;
    for (const ExpressionPtr& element : elements_) columns.push_back(element->evaluate(batch, rows, errors));
    auto out = make_column(type(), batch.rows());
    auto memory = std::make_shared<Arena>();
    Column elements(element_of(type()), columns.size());
    for (uint32_t row : rows) {
      for (size_t i = 0; i < columns.size(); ++i) copy_slot(*columns[i], row, elements, i);
      out->values<std::string_view>()[row] = make_array(elements, 0, columns.size(), *memory);
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& element : elements_) element->collect_columns(columns);
  }

 private:
  std::vector<ExpressionPtr> elements_;
};

/// The elements of a batch's arrays, one behind the other, as rows of a batch of their own. Lives during one
/// evaluation.
class FlatElements {
 public:
  FlatElements(const Arrays& arrays, Type element, std::span<const uint32_t> rows) {
    size_t count = 0;
    for (uint32_t row : rows) {
      begins_.push_back(count);
      if (!arrays.null(row)) count += ArrayView(arrays[row]).size();
    }
    begins_.push_back(count);
    column_ = make_column(element, count);
    column_->keep(arrays.column());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!arrays.null(rows[i])) ArrayView(arrays[rows[i]]).copy_to(*column_, begins_[i]);
    }
  }

  /// Of the i-th of the rows.
  size_t begin(size_t i) const { return begins_[i]; }
  size_t end(size_t i) const { return begins_[i + 1]; }
  size_t count() const { return column_->rows(); }
  ColumnPtr column() const { return column_; }

  /// What the expression gives for each element of a batch of these columns.
  ColumnPtr evaluate(const Expression& expression, std::vector<ColumnPtr> columns, RowErrors& errors) const {
    auto system = std::make_shared<SystemColumns>();
    system->event_time.resize(count());
    ColumnBatch batch;
    batch.system = std::move(system);
    batch.columns = std::move(columns);
    std::vector<uint32_t> all(count());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    return expression.evaluate(batch, all, errors);
  }

 private:
  std::vector<size_t> begins_;
  std::shared_ptr<Column> column_;
};

class EachElement final : public Expression {
 public:
  EachElement(ExpressionPtr array, ExpressionPtr each)
      : Expression(array_of(each->type()), array->nullable()),
        array_(std::move(array)),
        each_(std::move(each)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Arrays arrays(*array_, batch, rows, errors);
    FlatElements elements(arrays, element_of(array_->type()), rows);
    RowErrors element_errors;
    ColumnPtr results = elements.evaluate(*each_, {elements.column()}, element_errors);
    const std::vector<RowError> failed = element_errors.take();
    auto out = make_column(type(), batch.rows());
    auto memory = std::make_shared<Arena>();
    auto failure = failed.begin();
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool fails = failure != failed.end() && failure->row < elements.end(i);
      if (fails) errors.add(rows[i], failure->code, failure->message);
      while (failure != failed.end() && failure->row < elements.end(i)) ++failure;
      if (fails || arrays.null(rows[i])) {
        out->set_null(rows[i]);
      } else {
        out->values<std::string_view>()[rows[i]] =
            make_array(*results, elements.begin(i), elements.end(i) - elements.begin(i), *memory);
      }
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { array_->collect_columns(columns); }

 private:
  ExpressionPtr array_;
  ExpressionPtr each_;
};

class Quantified final : public Expression {
 public:
  Quantified(bool all, ExpressionPtr value, ExpressionPtr array, ExpressionPtr comparison)
      : Expression(kBooleanType, true),
        all_(all),
        value_(std::move(value)),
        array_(std::move(array)),
        comparison_(std::move(comparison)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    ColumnPtr value = value_->evaluate(batch, rows, errors);
    Arrays arrays(*array_, batch, rows, errors);
    FlatElements elements(arrays, element_of(array_->type()), rows);
    auto values = make_column(value->type(), elements.count());
    values->keep(value);
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = elements.begin(i); j < elements.end(i); ++j) copy_slot(*value, rows[i], *values, j);
    }
    RowErrors element_errors;
    ColumnPtr compared =
        elements.evaluate(*comparison_, {std::move(values), elements.column()}, element_errors);
    const std::vector<RowError> failed = element_errors.take();
    auto out = make_column(kBooleanType, batch.rows());
    auto failure = failed.begin();
    for (size_t i = 0; i < rows.size(); ++i) {
      while (failure != failed.end() && failure->row < elements.begin(i)) ++failure;
      if (arrays.null(rows[i])) {
        out->set_null(rows[i]);
        continue;
      }
      const size_t end =
          failure != failed.end() ? std::min<size_t>(elements.end(i), failure->row) : elements.end(i);
      const bool decided = decide(*compared, elements.begin(i), end, *out, rows[i]);
      if (!decided && end < elements.end(i)) {
        errors.add(rows[i], failure->code, failure->message);
        out->set_null(rows[i]);
      }
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    value_->collect_columns(columns);
    array_->collect_columns(columns);
  }

 private:
  /// False: no element has decided it, so those behind could.
  bool decide(const Column& compared, size_t begin, size_t end, Column& out, uint32_t row) const {
    const auto* results = compared.values_of<TypeKind::kBoolean>();
    auto* values = out.values_of<TypeKind::kBoolean>();
    bool null = false;
    for (size_t i = begin; i < end; ++i) {
      null = null || compared.is_null(i);
      if (!compared.is_null(i) && (results[i] != 0) != all_) {
        values[row] = !all_;
        return true;
      }
    }
    values[row] = all_;
    if (null) out.set_null(row);
    return false;
  }

  bool all_;
  ExpressionPtr value_;
  ExpressionPtr array_;
  ExpressionPtr comparison_;
};

class Subscript final : public Expression {
 public:
  Subscript(ExpressionPtr array, ExpressionPtr index)
      : Expression(element_of(array->type()), true), array_(std::move(array)), index_(std::move(index)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Arrays arrays(*array_, batch, rows, errors);
    Operand<int32_t> indexes(*index_, batch, rows, errors);
    auto out = make_column(type(), batch.rows());
    out->keep(arrays.column());
    visit_physical(type().kind, [&]<class T>() {
      for (uint32_t row : rows) {
        if (std::optional<T> element = element_at<T>(arrays, indexes, row)) {
          out->values<T>()[row] = *element;
        } else {
          out->set_null(row);
        }
      }
    });
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    array_->collect_columns(columns);
    index_->collect_columns(columns);
  }

 private:
  template <class T>
  static std::optional<T> element_at(const Arrays& arrays, const Operand<int32_t>& indexes, uint32_t row) {
    if (arrays.null(row) || indexes.null(row) || indexes[row] < 1) return std::nullopt;
    const ArrayView array(arrays[row]);
    const auto i = static_cast<size_t>(indexes[row]) - 1;
    return i < array.size() && !array.is_null(i) ? std::optional<T>(array.at<T>(i)) : std::nullopt;
  }

  ExpressionPtr array_;
  ExpressionPtr index_;
};

class ArrayConcatenation final : public Expression {
 public:
  ArrayConcatenation(ExpressionPtr left, ExpressionPtr right)
      : Expression(Type{left->type().kind}, left->nullable() && right->nullable()),
        left_(std::move(left)),
        right_(std::move(right)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Arrays left(*left_, batch, rows, errors);
    Arrays right(*right_, batch, rows, errors);
    auto out = make_column(type(), batch.rows());
    out->keep(left.column());
    out->keep(right.column());
    auto memory = std::make_shared<Arena>();
    auto* arrays = out->values<std::string_view>();
    for (uint32_t row : rows) {
      if (left.null(row) || right.null(row)) {
        arrays[row] = left.null(row) ? right[row] : left[row];
        out->nulls()[row] = left.null(row) & right.null(row);
      } else if (left[row].size() + right[row].size() > kArrayBytesMax) {
        out->set_null(row);
        errors.add(row, failures::kArrayTooLong.sqlstate, failures::kArrayTooLong.message);
      } else {
        arrays[row] = join(left[row], right[row], *memory);
      }
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    left_->collect_columns(columns);
    right_->collect_columns(columns);
  }

 private:
  std::string_view join(std::string_view left, std::string_view right, Arena& memory) const {
    const ArrayView first(left);
    const ArrayView second(right);
    Column elements(element_of(type()), first.size() + second.size());
    first.copy_to(elements, 0);
    second.copy_to(elements, first.size());
    return make_array(elements, 0, elements.rows(), memory);
  }

  ExpressionPtr left_;
  ExpressionPtr right_;
};

}  // namespace

ExpressionPtr make_array_of(Type array, std::vector<ExpressionPtr> elements) {
  return std::make_unique<ArrayOf>(array, std::move(elements));
}

ExpressionPtr make_array_of_one(ExpressionPtr element) {
  const Type array = array_of(Type{element->type().kind});
  std::vector<ExpressionPtr> one;
  one.push_back(std::move(element));
  return make_array_of(array, std::move(one));
}

ExpressionPtr make_each_element(ExpressionPtr array, ExpressionPtr each) {
  return std::make_unique<EachElement>(std::move(array), std::move(each));
}

ExpressionPtr make_quantified(bool all, ExpressionPtr value, ExpressionPtr array, ExpressionPtr comparison) {
  return std::make_unique<Quantified>(all, std::move(value), std::move(array), std::move(comparison));
}

ExpressionPtr make_subscript(ExpressionPtr array, ExpressionPtr index) {
  return std::make_unique<Subscript>(std::move(array), std::move(index));
}

ExpressionPtr make_array_concatenation(ExpressionPtr left, ExpressionPtr right) {
  return std::make_unique<ArrayConcatenation>(std::move(left), std::move(right));
}

}  // namespace pactolus
