#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "expr/nodes/kernel.h"
#include "expr/nodes/literal.h"
#include "expr/refusal.h"
#include "zones/find_zone.h"

namespace pactolus {

/// The time zones that the rows of a batch name, each found once. Lives during one evaluation.
class ZonesOfRows {
 public:
  using Found = Result<std::shared_ptr<const TimeZone>>;
  /// `name` must outlive this.
  const Found& find(std::string_view name);

 private:
  std::unordered_map<std::string_view, Found> zones_;
  const std::pair<const std::string_view, Found>* latest_ = nullptr;
};

/// Why a function cannot take the argument at `place` as a zone: it is a constant that names none. A column
/// of zones needs at least the host's database.
std::optional<Refusal> refuse_zone(std::span<const ExpressionPtr> arguments, size_t place);

/// What the clocks of a zone show at an instant, and when they show it, in microseconds. They fail outside
/// the years that timestamps may have (data/calendar.h).
Failure local_of_instant(int64_t& out, int64_t instant, const TimeZone& zone);
Failure instant_of_local(int64_t& out, int64_t local, const TimeZone& zone);

/// Applies `convert(out, time, zone)` row by row to times (int64_t) and names of zones; null for a null. A
/// constant zone is found once; a name that is no zone fails its row with 22023.
template <class Convert>
class InZone final : public Expression {
 public:
  InZone(Type result, ExpressionPtr time, ExpressionPtr zone, Convert convert)
      : Expression(result, time->nullable() || zone->nullable()),
        time_(std::move(time)),
        zone_(std::move(zone)),
        convert_(convert) {
    const Literal* name = as_literal(*zone_);
    if (!name || name->is_null()) return;
    auto found = find_zone(name->value()->values_of<TypeKind::kText>()[0]);
    if (found.ok()) constant_ = *found;
  }

  ColumnPtr evaluate(const ColumnBatch& batch, std::span<const uint32_t> rows,
                     RowErrors& errors) const override {
    Operand<int64_t> times(*time_, batch, rows, errors);
    Operand<std::string_view> names(*zone_, batch, rows, errors);
    ZonesOfRows zones;
    auto out = make_column(type(), batch.rows());
    auto* values = out->template values<int64_t>();
    for (uint32_t row : rows) {
      if (times.null(row) || names.null(row)) {
        out->set_null(row);
        continue;
      }
      const TimeZone* zone = constant_.get();
      if (!zone) {
        const ZonesOfRows::Found& found = zones.find(names[row]);
        if (!found.ok()) {
          out->set_null(row);
          errors.add(row, "22023", found.error().message);
          continue;
        }
        zone = found->get();
      }
      if (Failure failure = convert_(values[row], times[row], *zone)) {
        values[row] = 0;
        out->set_null(row);
        errors.add(row, failure->sqlstate, failure->message);
      }
    }
    return out;
  }

  void collect_columns(std::vector<size_t>& columns) const override {
    time_->collect_columns(columns);
    zone_->collect_columns(columns);
  }

 private:
  ExpressionPtr time_;
  ExpressionPtr zone_;
  Convert convert_;
  std::shared_ptr<const TimeZone> constant_;
};

}  // namespace pactolus
