#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// The argument, and null where it can't be computed.
class Try final : public Expression {
 public:
  explicit Try(ExpressionPtr argument) : Expression(argument->type(), true), argument_(std::move(argument)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows, RowErrors&) const override {
    RowErrors errors;
    ColumnPtr values = argument_->evaluate(batch, rows, errors);
    if (errors.empty()) return values;
    std::vector<RowError> failed = errors.take();
    auto out = make_column(type(), batch.rows());
    out->keep(values);
    for (uint32_t row : rows) out->nulls()[row] = values->nulls()[row];
    for (const RowError& error : failed) out->set_null(error.row);
    visit_physical(type().kind, [&]<class T>() {
      for (uint32_t row : rows) {
        if (!out->is_null(row)) out->values<T>()[row] = values->values<T>()[row];
      }
    });
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { argument_->collect_columns(columns); }

 private:
  ExpressionPtr argument_;
};

ExpressionPtr make(Type, std::vector<ExpressionPtr> arguments) {
  return std::make_unique<Try>(std::move(arguments.front()));
}

/// Of every type, and of arrays.
std::span<const Overload> overloads() {
  static const std::vector<Overload> all = [] {
    const auto same_type = [](TypeKind kind) { return Overload({kind}, kind, &make); };
    std::vector<Overload> made = {same_type(TypeKind::kArray)};
    for (TypeKind kind : kTypeKinds) made.push_back(same_type(kind));
    return made;
  }();
  return all;
}

}  // namespace

const FunctionSpec& try_spec() {
  static const FunctionSpec spec{
      .name = "try",
      .signature = "try(value) → the same type",
      .summary =
          "The value, or NULL where computing it fails, as by a division by zero or a text that is no "
          "number. Without it the row is a dead letter.",
      .example = "try(10 / 2)",
      .overloads = overloads(),
      .takes_failures = true,
  };
  return spec;
}
PACTOLUS_REGISTER(try);

}  // namespace pactolus
