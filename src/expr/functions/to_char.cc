#include "expr/nodes/kernel.h"
#include "expr/nodes/text.h"
#include "expr/nodes/time_format.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

class FormattedTime final : public Expression {
 public:
  FormattedTime(ExpressionPtr time, std::string_view format)
      : Expression(kTextType, time->nullable()),
        time_(std::move(time)),
        format_(format, time_->type() == kTimestamptzType) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<int64_t> times(*time_, batch, rows, errors);
    auto out = std::make_shared<Column>(kTextType, batch.rows());
    auto memory = std::make_shared<Arena>();
    std::string text;
    for (uint32_t row : rows) {
      if (times.null(row)) {
        out->set_null(row);
        continue;
      }
      text.clear();
      format_.append(times[row], text);
      if (text.size() > kTextBytesMax) {
        out->set_null(row);
        errors.add(row, failures::kTextTooLong.sqlstate, failures::kTextTooLong.message);
        continue;
      }
      out->values<std::string_view>()[row] = memory->copy(text);
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { time_->collect_columns(columns); }

 private:
  ExpressionPtr time_;
  TimeFormat format_;
};

/// PostgreSQL gives NULL for an empty format.
ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  const Literal& format = *as_literal(*arguments[1]);
  std::string_view text = format.value()->values_of<TypeKind::kText>()[0];
  if (format.is_null() || text.empty()) return Literal::null(result);
  return std::make_unique<FormattedTime>(std::move(arguments[0]), text);
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  if (as_literal(*arguments[1])) return std::nullopt;
  return Refusal{"the format must be a constant"};
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kTimestamptz, kText}, kText, &make},
    {{kTimestamp, kText}, kText, &make},
};

}  // namespace

const FunctionSpec& to_char_spec() {
  static const FunctionSpec spec{
      .name = "to_char",
      .signature = "to_char(timestamptz | timestamp, format) → text",
      .summary =
          "The time, a timestamptz in UTC, written by PostgreSQL's patterns: YYYY MM DD HH24 MI SS MS US, "
          "Month, Day, …",
      .example = "to_char(timestamptz '2026-01-01T10:20:30Z', 'YYYY-MM-DD HH24:MI:SS')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(to_char);

}  // namespace pactolus
