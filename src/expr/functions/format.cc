#include "data/text_format.h"
#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/nodes/text.h"
#include "expr/nodes/text_template.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr FailureText kWidthRange{"22003", "number is out of range"};

/// A text as SQL writes it, as PostgreSQL's quote_literal() does.
std::string quoted(std::string_view text) {
  std::string literal = text.find('\\') == text.npos ? "'" : "E'";
  for (char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + '\'';
}

class FormattedText final : public Expression {
  using Slot = TextTemplate::Slot;
  using Texts = Operand<std::string_view>;

 public:
  FormattedText(TextTemplate pattern, std::vector<ExpressionPtr> values)
      : Expression(kTextType, false), pattern_(std::move(pattern)), values_(std::move(values)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    std::vector<Texts> values;
    for (const ExpressionPtr& value : values_) values.emplace_back(*value, batch, rows, errors);
    auto out = make_column(kTextType, batch.rows());
    auto memory = std::make_shared<Arena>();
    std::string text;
    for (uint32_t row : rows) {
      text.clear();
      if (TextResult<void> written = write(values, row, text); !written) {
        errors.add(row, written.error().sqlstate, written.error().message);
        out->set_null(row);
      } else {
        out->values<std::string_view>()[row] = memory->copy(text);
      }
    }
    out->keep(std::move(memory));
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& value : values_) value->collect_columns(columns);
  }

 private:
  TextResult<void> write(const std::vector<Texts>& values, uint32_t row, std::string& text) const {
    for (const auto& part : pattern_.parts) {
      if (const auto* fixed = std::get_if<std::string>(&part)) {
        text += *fixed;
      } else if (auto written = write_slot(std::get<Slot>(part), values, row, text); !written) {
        return written;
      }
      if (text.size() > kTextBytesMax) return error_of(failures::kTextTooLong);
    }
    return {};
  }

  static TextResult<void> write_slot(const Slot& slot, const std::vector<Texts>& values, uint32_t row,
                                     std::string& text) {
    int64_t width = slot.width;
    if (slot.width_value) {
      const Texts& given = values[*slot.width_value];
      TextResult<int32_t> parsed = given.null(row) ? 0 : parse_integer(given[row]);
      if (!parsed) return std::move(parsed).error();
      if (*parsed == INT32_MIN) return error_of(kWidthRange);
      width = *parsed;
    }
    const Texts& value = values[slot.value];
    std::string_view bare = value.null(row) ? (slot.quoted ? "NULL" : "") : value[row];
    const std::string literal = slot.quoted && !value.null(row) ? quoted(bare) : std::string();
    const std::string_view shown = literal.empty() ? bare : literal;
    const auto wanted = static_cast<size_t>(std::abs(width));
    const size_t spaces = wanted - std::min(wanted, character_count(shown));
    if (spaces > kTextBytesMax) return error_of(failures::kTextTooLong);
    const bool left = slot.left || width < 0;
    if (!left) text.append(spaces, ' ');
    text += shown;
    if (left) text.append(spaces, ' ');
    return {};
  }

  static TextError error_of(const FailureText& failure) { return {failure.sqlstate, failure.message}; }

  TextTemplate pattern_;
  std::vector<ExpressionPtr> values_;
};

const Literal& template_of(std::span<const ExpressionPtr> arguments) { return *as_literal(*arguments[0]); }

Result<TextTemplate> read_template(std::span<const ExpressionPtr> arguments) {
  std::string_view text = template_of(arguments).value()->values_of<TypeKind::kText>()[0];
  return TextTemplate::parse(text, arguments.size() - 1);
}

ExpressionPtr make(Type result, std::vector<ExpressionPtr> arguments) {
  if (template_of(arguments).is_null()) return Literal::null(result);
  TextTemplate pattern = *read_template(arguments);
  arguments.erase(arguments.begin());
  return std::make_unique<FormattedText>(std::move(pattern), std::move(arguments));
}

std::optional<Refusal> check(std::span<const ExpressionPtr> arguments) {
  if (!as_literal(*arguments[0])) return Refusal{"the format must be a constant", "", 0};
  if (template_of(arguments).is_null()) return std::nullopt;
  auto read = read_template(arguments);
  if (read) return std::nullopt;
  return Refusal{read.error().message, "", 0};
}

}  // namespace

const FunctionSpec& format_spec() {
  static const FunctionSpec spec{
      .name = "format",
      .signature = "format(format [, value [, …]]) → text",
      .summary =
          "The values, written out, in the places that the format, a constant, has for them: %s, %10s, "
          "%-10s, %2$s, %*s; %L for a literal of SQL; %% for a percent sign. Nulls count as empty, with "
          "%L as NULL.",
      .example = "format('%s paid %-8s|', 'Ann', 12.50)",
      .variadic = VariadicCall{.leading_texts = 1, .values_min = 0, .make = &make},
      .check = &check,
  };
  return spec;
}
PACTOLUS_REGISTER(format);

}  // namespace pactolus
