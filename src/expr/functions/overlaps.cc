#include <optional>
#include <utility>

#include "expr/nodes/kernel.h"
#include "expr/nodes/timestamp_shift.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

/// From `start` up to `end`, without it; one of the two may be unknown.
struct Period {
  std::optional<int64_t> start;
  std::optional<int64_t> end;

  /// The known one, or the earlier, first.
  void put_in_order() {
    bool reversed = start && end ? *end < *start : !start.has_value();
    if (reversed) std::swap(start, end);
  }
};

/// PostgreSQL's overlaps_timestamp (timestamp.c), for periods in order; none: unknown.
std::optional<bool> overlap_ordered(const Period& earlier, const Period& later) {
  if (*earlier.start == *later.start) {
    return earlier.end && later.end ? std::optional(true) : std::nullopt;
  }
  if (!earlier.end) return std::nullopt;
  if (*later.start < *earlier.end) return true;
  return later.end ? std::optional(false) : std::nullopt;
}

std::optional<bool> overlap(Period a, Period b) {
  a.put_in_order();
  b.put_in_order();
  if (!a.start || !b.start) return std::nullopt;
  return *a.start <= *b.start ? overlap_ordered(a, b) : overlap_ordered(b, a);
}

template <class T>
std::optional<T> value_of(const Operand<T>& operand, uint32_t row) {
  return operand.null(row) ? std::nullopt : std::optional<T>(operand[row]);
}

/// How an interval is added to a start.
using Shift = Failure (*)(int64_t& end, int64_t start, const Interval& length);

/// `end` is a time, or an interval that begins at the start.
Failure read_period(Period& period, Shift, std::optional<int64_t> start, std::optional<int64_t> end) {
  period = {start, end};
  return kNoFailure;
}
Failure read_period(Period& period, Shift shift, std::optional<int64_t> start,
                    std::optional<Interval> length) {
  period = {start, std::nullopt};
  if (!start || !length) return kNoFailure;
  return shift(period.end.emplace(), *start, *length);
}

/// Not a strict kernel: with one end unknown, what is known may be enough.
template <class FirstEnd, class SecondEnd>
class Overlaps final : public Expression {
 public:
  Overlaps(Shift shift, std::vector<ExpressionPtr> arguments)
      : Expression(kBooleanType, std::any_of(arguments.begin(), arguments.end(),
                                             [](const ExpressionPtr& a) { return a->nullable(); })),
        shift_(shift),
        arguments_(std::move(arguments)) {}

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<int64_t> first_starts(*arguments_[0], batch, rows, errors);
    Operand<FirstEnd> first_ends(*arguments_[1], batch, rows, errors);
    Operand<int64_t> second_starts(*arguments_[2], batch, rows, errors);
    Operand<SecondEnd> second_ends(*arguments_[3], batch, rows, errors);
    auto out = make_column(kBooleanType, batch.rows());
    auto* values = out->values_of<TypeKind::kBoolean>();
    for (uint32_t row : rows) {
      Period first;
      Period second;
      Failure failure = read_period(first, shift_, value_of(first_starts, row), value_of(first_ends, row));
      if (!failure)
        failure = read_period(second, shift_, value_of(second_starts, row), value_of(second_ends, row));
      if (failure) errors.add(row, failure->sqlstate, failure->message);
      std::optional<bool> result = failure ? std::nullopt : overlap(first, second);
      if (!result) out->set_null(row);
      values[row] = result.value_or(false);
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    for (const ExpressionPtr& argument : arguments_) argument->collect_columns(columns);
  }

 private:
  Shift shift_;
  std::vector<ExpressionPtr> arguments_;
};

template <class FirstEnd, class SecondEnd>
ExpressionPtr make(Type, std::vector<ExpressionPtr> arguments) {
  const bool of_clocks = arguments[0]->type().kind == TypeKind::kTime;
  return std::make_unique<Overlaps<FirstEnd, SecondEnd>>(of_clocks ? &turn_clock : &add_interval,
                                                         std::move(arguments));
}

using enum TypeKind;

std::vector<Overload> overloads() {
  std::vector<Overload> all;
  for (TypeKind kind : {kTimestamptz, kTimestamp, kTime}) {
    all.push_back({{kind, kind, kind, kind}, kBoolean, &make<int64_t, int64_t>});
    all.push_back({{kind, kInterval, kind, kind}, kBoolean, &make<Interval, int64_t>});
    all.push_back({{kind, kind, kind, kInterval}, kBoolean, &make<int64_t, Interval>});
    all.push_back({{kind, kInterval, kind, kInterval}, kBoolean, &make<Interval, Interval>});
  }
  return all;
}

}  // namespace

const FunctionSpec& overlaps_spec() {
  static const std::vector<Overload> all = overloads();
  static const FunctionSpec spec{
      .name = "overlaps",
      .signature =
          "overlaps(start, end, start, end) → boolean, or (start, end) OVERLAPS (start, end); an end "
          "may be an interval",
      .summary =
          "Whether two periods of time have a moment in common. A period has its start and not its "
          "end; one of no length is its start.",
      .example = "overlaps(date '2026-01-01', date '2026-02-01', date '2026-01-31', interval '1 week')",
      .overloads = all,
  };
  return spec;
}
PACTOLUS_REGISTER(overlaps);

}  // namespace pactolus
