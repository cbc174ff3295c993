#include "expr/nodes/text_cast.h"

#include "base/arena.h"
#include "data/text_format.h"
#include "expr/nodes/operand.h"

namespace pactolus {
namespace {

class ToText final : public Expression {
 public:
  ToText(ExpressionPtr value, TypeKind to)
      : Expression(Type{to}, value->nullable()), value_(std::move(value)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    ColumnPtr values = value_->evaluate(batch, rows, errors);
    auto memory = std::make_shared<Arena>();
    auto out = make_column(type(), batch.rows());
    auto* texts = out->values<std::string_view>();
    std::string text;
    for (uint32_t row : rows) {
      if (values->is_null(row)) {
        out->set_null(row);
        continue;
      }
      text.clear();
      append_value(*values, row, text);
      texts[row] = memory->copy(text);
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { value_->collect_columns(columns); }

 private:
  ExpressionPtr value_;
};

class FromText final : public Expression {
 public:
  FromText(ExpressionPtr text, TypeKind to)
      : Expression(Type{to}, text->nullable()), text_(std::move(text)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<std::string_view> texts(*text_, batch, rows, errors);
    auto memory = std::make_shared<Arena>();
    auto out = make_column(type(), batch.rows());
    for (uint32_t row : rows) {
      if (texts.null(row)) {
        out->set_null(row);
      } else if (auto read = parse_value(texts[row], *out, row, *memory); !read.ok()) {
        out->set_null(row);
        errors.add(row, read.error().sqlstate, read.error().message);
      }
    }
    if (holds_bytes(type().kind)) out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { text_->collect_columns(columns); }

 private:
  ExpressionPtr text_;
};

}  // namespace

ExpressionPtr make_to_text(ExpressionPtr value, TypeKind to) {
  if (value->type().kind == to) return value;
  return std::make_unique<ToText>(std::move(value), to);
}

ExpressionPtr make_from_text(ExpressionPtr text, TypeKind to) {
  return std::make_unique<FromText>(std::move(text), to);
}

}  // namespace pactolus
