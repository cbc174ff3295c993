#include "expr/nodes/joined_text.h"

#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/nodes/text_cast.h"

namespace pactolus {
namespace {

using Texts = Operand<std::string_view>;

class JoinedText final : public Expression {
 public:
  JoinedText(ExpressionPtr separator, std::vector<ExpressionPtr> parts)
      : Expression(kTextType, separator->nullable()),
        separator_(std::move(separator)),
        parts_(std::move(parts)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Texts separators(*separator_, batch, rows, errors);
    std::vector<Texts> parts;
    for (const ExpressionPtr& part : parts_) parts.emplace_back(*part, batch, rows, errors);
    auto out = make_column(kTextType, batch.rows());
    auto memory = std::make_shared<Arena>();
    for (uint32_t row : rows) {
      Failure failure = kNoFailure;
      if (!separators.null(row)) {
        failure = join(out->values<std::string_view>()[row], *memory, separators[row], parts, row);
      }
      if (failure) errors.add(row, failure->sqlstate, failure->message);
      if (failure || separators.null(row)) out->set_null(row);
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    separator_->collect_columns(columns);
    for (const ExpressionPtr& part : parts_) part->collect_columns(columns);
  }

 private:
  static Failure join(std::string_view& out, Arena& memory, std::string_view separator,
                      const std::vector<Texts>& parts, uint32_t row) {
    size_t bytes = 0;
    for (const Texts& part : parts) bytes += part.null(row) ? 0 : separator.size() + part[row].size();
    if (bytes == 0) return kNoFailure;
    if (bytes > kTextBytesMax + separator.size()) return &failures::kTextTooLong;
    // One separator too many: the first part has none before it.
    char* begin = memory.allocate(bytes);
    char* to = begin;
    for (const Texts& part : parts) {
      if (part.null(row)) continue;
      to = std::copy(separator.begin(), separator.end(), to);
      to = std::copy(part[row].begin(), part[row].end(), to);
    }
    out = {begin + separator.size(), bytes - separator.size()};
    return kNoFailure;
  }

  ExpressionPtr separator_;
  std::vector<ExpressionPtr> parts_;
};

Failure boolean_letter(std::string_view& out, uint8_t value) {
  out = value ? "t" : "f";
  return kNoFailure;
}

}  // namespace

ExpressionPtr make_joined_text(ExpressionPtr separator, std::vector<ExpressionPtr> parts) {
  return std::make_unique<JoinedText>(std::move(separator), std::move(parts));
}

ExpressionPtr make_written_out(ExpressionPtr value) {
  if (value->type().kind != TypeKind::kBoolean) return make_to_text(std::move(value), TypeKind::kText);
  std::vector<ExpressionPtr> arguments;
  arguments.push_back(std::move(value));
  return make_kernel<&boolean_letter>(kTextType, std::move(arguments));
}

}  // namespace pactolus
