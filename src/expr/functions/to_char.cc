#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/number_format.h"
#include "expr/nodes/text.h"
#include "expr/nodes/time_format.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

template <class T>
Failure write(const T& time, const TimeFormat& format, std::string& out) {
  format.append(time, out);
  return kNoFailure;
}

Failure write(const Decimal& number, const NumberFormat& format, std::string& out) {
  return format.append(number, out);
}

template <class T, class Format>
class Formatted final : public Expression {
 public:
  Formatted(ExpressionPtr value, Format format)
      : Expression(kTextType, value->nullable()), value_(std::move(value)), format_(std::move(format)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<T> values(*value_, batch, rows, errors);
    auto out = make_column(kTextType, batch.rows());
    auto memory = std::make_shared<Arena>();
    std::string text;
    for (uint32_t row : rows) {
      if (values.null(row)) {
        out->set_null(row);
        continue;
      }
      text.clear();
      Failure failure = write(values[row], format_, text);
      if (!failure && text.size() > kTextBytesMax) failure = &failures::kTextTooLong;
      if (failure) {
        out->set_null(row);
        errors.add(row, failure->sqlstate, failure->message);
        continue;
      }
      out->values<std::string_view>()[row] = memory->copy(text);
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override { value_->collect_columns(columns); }

 private:
  ExpressionPtr value_;
  Format format_;
};

std::string_view format_of(std::span<const ExpressionPtr> arguments) {
  return as_literal(*arguments[1])->value()->values_of<TypeKind::kText>()[0];
}

/// PostgreSQL gives NULL for an empty format of times.
template <class T>
ExpressionPtr make_time(Type result, std::vector<ExpressionPtr> arguments) {
  const std::string_view format = format_of(arguments);
  if (as_literal(*arguments[1])->is_null() || format.empty()) return Literal::null(result);
  TimeFormat parsed(format, arguments[0]->type() == kTimestamptzType);
  return std::make_unique<Formatted<T, TimeFormat>>(std::move(arguments[0]), std::move(parsed));
}

ExpressionPtr make_number(Type result, std::vector<ExpressionPtr> arguments) {
  if (as_literal(*arguments[1])->is_null()) return Literal::null(result);
  NumberFormat parsed = NumberFormat::parse(format_of(arguments)).value();
  return std::make_unique<Formatted<Decimal, NumberFormat>>(std::move(arguments[0]), std::move(parsed));
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  if (as_literal(*arguments[1])) return std::nullopt;
  return Refusal{"the format must be a constant"};
}

// Of a constant.

std::optional<Refusal> check_interval(std::span<const ExpressionPtr> arguments) {
  if (as_literal(*arguments[1])->is_null() || !TimeFormat(format_of(arguments), true).names_a_day())
    return std::nullopt;
  return Refusal{.message = "invalid format specification for an interval value (SQLSTATE 22007)",
                 .argument = 1};
}

std::optional<Refusal> check_number(std::span<const ExpressionPtr> arguments) {
  if (as_literal(*arguments[1])->is_null()) return std::nullopt;
  auto parsed = NumberFormat::parse(format_of(arguments));
  if (parsed.ok()) return std::nullopt;
  return Refusal{.message = std::move(parsed).error() + " (SQLSTATE 42601)", .argument = 1};
}

using enum TypeKind;

constexpr Overload kOverloads[] = {
    {{kTimestamptz, kText}, kText, &make_time<int64_t>},
    {{kTimestamp, kText}, kText, &make_time<int64_t>},
    {{kInterval, kText}, kText, &make_time<Interval>, &check_interval},
    {{kNumeric, kText}, kText, &make_number, &check_number},
};

}  // namespace

const FunctionSpec& to_char_spec() {
  static const FunctionSpec spec{
      .name = "to_char",
      .signature = "to_char(timestamptz | timestamp | interval | numeric, format) → text",
      .summary =
          "The value written by PostgreSQL's patterns, which are a constant: of a time, a timestamptz in "
          "UTC, YYYY MM DD HH24 MI SS MS US, Month, Day, …, of an interval those of them that are no day's; "
          "of "
          "a number 9 0 . , S MI PR FM EEEE RN, …",
      .example = "to_char(-1234.5, 'FM999,990.00')",
      .overloads = kOverloads,
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(to_char);

}  // namespace pactolus
