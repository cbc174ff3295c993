#include "operators/filling/linear_fill.h"

#include <algorithm>

#include "base/check.h"
#include "config/quantities.h"
#include "data/copy_slot.h"
#include "data/key_encoding.h"
#include "operators/column_selection.h"
#include "operators/lateness.h"

namespace pactolus {
namespace {

/// A value with its time.
struct Neighbour {
  EventTime time;
  ColumnPtr value;
};

/// The value at `time` on the line from one neighbour to the other, rounded to the type's scale; none: it has
/// too many digits.
std::optional<Decimal> numeric_between(const Neighbour& before, const Neighbour& after, EventTime time,
                                       const Type& type) {
  const Decimal from = before.value->values<Decimal>()[0];
  Decimal rise;
  Decimal part;
  Decimal sum;
  if (!Decimal::subtract(after.value->values<Decimal>()[0], from, rise) ||
      !Decimal::multiply(rise, Decimal((time - before.time).count(), 0), part))
    return std::nullopt;
  const auto share = Decimal::divide(part, Decimal((after.time - before.time).count(), 0));
  if (!share || !Decimal::add(from, *share, sum)) return std::nullopt;
  return is_constrained(type) ? sum.round(type.scale) : sum;
}

double double_between(const Neighbour& before, const Neighbour& after, EventTime time) {
  const double from = before.value->values<double>()[0];
  const double rise = after.value->values<double>()[0] - from;
  return from + rise * (static_cast<double>((time - before.time).count()) /
                        static_cast<double>((after.time - before.time).count()));
}

/// The values of one column that came, and those between them.
class Line {
 public:
  Line(const LinearFillProgram& program, const LinearFilling& filling, StateStore& state)
      : program_(program),
        filling_(filling),
        type_(program.output[filling.column].type),
        codec_(Schema({program.output[filling.column]})),
        history_(*filling.history, state) {}

  EventTime next_due() const { return program_.due(filling_, history_.first_segment_end()); }
  void drop_first_segment() { history_.drop_segment(history_.first_segment_end()); }
  bool has_room(std::string_view group, EventTime time) { return history_.open(group, time); }

  void remember(const ColumnPtr& column, uint32_t row, std::string_view group, EventTime time) {
    image_.clear();
    codec_.append_row({&column, 1}, row, image_);
    history_.open(group, time);
    history_.insert(group, time, image_);
  }

  /// Fills row `row` of `to`, which is NULL; nothing if there are no neighbours near enough.
  void fill(Column& to, uint32_t row, std::string_view group, EventTime time, RowErrors& errors) {
    events_.clear();
    history_.read_back(group, time, 1, events_);
    if (events_.size() == 0 || events_.times[0] < time - filling_.longest) return;
    const EventTime last = events_.times[0] + filling_.longest;
    history_.read_first(group, time, last, events_);
    const Neighbour before = neighbour(0);
    if (before.time < time && events_.size() < 2) return;
    to.nulls()[row] = 0;
    if (before.time == time) {
      copy_slot(*before.value, 0, to, row);
    } else if (type_.kind == TypeKind::kDouble) {
      to.values<double>()[row] = double_between(before, neighbour(1), time);
    } else if (const auto value = numeric_between(before, neighbour(1), time, type_)) {
      to.values<Decimal>()[row] = *value;
    } else {
      errors.add(row, "22003", "value has more than 38 digits");
    }
  }

 private:
  Neighbour neighbour(size_t event) const {
    DecodedRows decoded = codec_.decode({&events_.images[event], 1}, nullptr);
    PACTOLUS_CHECK(decoded.failures.empty(), "a remembered value cannot be read");
    return {events_.times[event], std::move(decoded.columns.front())};
  }

  const LinearFillProgram& program_;
  const LinearFilling& filling_;
  const Type type_;
  RowCodec codec_;
  EventHistory history_;
  // Scratch.
  std::string image_;
  Events events_;
};

class LinearFill final : public Operator {
 public:
  LinearFill(const LinearFillProgram& program, StateStore& state)
      : program_(program), waiting_(program.order, state) {
    for (const LinearFilling& filling : program.fillings)
      lines_.push_back(filling.history ? std::make_unique<Line>(program, filling, state) : nullptr);
  }

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    find_groups(batch);
    const ColumnBatch all = batch;
    std::vector<RowError> refused = refuse_late(batch);
    std::ranges::move(refuse_too_large(batch), std::back_inserter(refused));
    std::ranges::move(waiting_.put(batch), std::back_inserter(refused));
    std::ranges::sort(refused, {}, &RowError::row);
    for (const RowError& error : refused) out.dead_letter(all, error);
    counts.dead_letters += refused.size();
    counts.absorbed += batch.selection.size();
    for (uint32_t row : batch.selection) remember(batch, row);
  }

  EventTime next_due() const override {
    EventTime next = waiting_.next_due();
    for (const auto& line : lines_) {
      if (line) next = std::min(next, line->next_due());
    }
    return next;
  }

  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override {
    watermark_ = std::max(watermark_, due);
    if (waiting_.next_due() == due) {
      fill(waiting_.take(std::clamp<size_t>(rows_max, 1, kBatchRowsMax)), out);
      return !waiting_.taking();
    }
    for (const auto& line : lines_) {
      if (line && line->next_due() == due) line->drop_first_segment();
    }
    return true;
  }

  void set_watermark(EventTime watermark) override {
    watermark_ = watermark;
    waiting_.set_watermark(watermark);
  }
  std::optional<CloseCursor> cursor() const override { return waiting_.cursor(program_.step); }
  void resume(const CloseCursor& cursor) override { waiting_.resume(cursor); }

 private:
  void find_groups(const ColumnBatch& batch) {
    key_columns_.clear();
    for (size_t column : program_.by) key_columns_.push_back(batch.columns[column]);
    groups_.clear();
    encode_keys(key_columns_, batch.selection, groups_);
    place_of_.resize(batch.rows());
    for (size_t place = 0; place < batch.selection.size(); ++place)
      place_of_[batch.selection[place]] = static_cast<uint32_t>(place);
  }

  std::string_view group_of(uint32_t row) const { return groups_[place_of_[row]]; }

  bool has_group(uint32_t row) const {
    return std::ranges::none_of(key_columns_, [&](const ColumnPtr& column) { return column->is_null(row); });
  }

  std::vector<RowError> refuse_late(ColumnBatch& batch) const {
    std::vector<RowError> refused;
    std::erase_if(batch.selection, [&](uint32_t row) {
      const EventTime row_watermark = batch.system->row_watermark[row];
      const EventTime slice = program_.order.slices.first_end_after(batch.system->event_time[row]);
      const EventTime closes = program_.closes(slice);
      if (closes > std::max(watermark_, row_watermark)) return false;
      refused.push_back(
          {row, "late", "rows may have been filled without it: " + why_late(closes, row_watermark)});
      return true;
    });
    return refused;
  }

  std::vector<RowError> refuse_too_large(ColumnBatch& batch) {
    std::vector<RowError> refused;
    std::erase_if(batch.selection, [&](uint32_t row) {
      const std::string_view group = group_of(row);
      const EventTime time = batch.system->event_time[row];
      const auto is_full = [&](const auto& line) { return line && !line->has_room(group, time); };
      const bool too_large =
          group.size() > EventHistory::kEventBytesMax || std::ranges::any_of(lines_, is_full);
      if (too_large)
        refused.push_back({row, "state_too_large",
                           "the row's key is too long, or its group has too many rows at about this time"});
      return too_large;
    });
    return refused;
  }

  void remember(const ColumnBatch& batch, uint32_t row) {
    if (!has_group(row)) return;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const ColumnPtr& column = batch.columns[program_.fillings[i].column];
      if (lines_[i] && !column->is_null(row))
        lines_[i]->remember(column, row, group_of(row), batch.system->event_time[row]);
    }
  }

  void fill(ColumnBatch batch, OperatorOutput& out) {
    find_groups(batch);
    RowErrors errors;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const LinearFilling& filling = program_.fillings[i];
      batch.columns[filling.column] = filled(batch, filling, lines_[i].get(), errors);
    }
    batch.schema = &program_.output;
    const std::vector<RowError> failed = errors.take();
    for (const RowError& error : failed) out.dead_letter(batch, error);
    remove_failed(batch.selection, failed);
    counts.dead_results += failed.size();
    counts.results_by_close += batch.selection.size();
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

  ColumnPtr filled(const ColumnBatch& batch, const LinearFilling& filling, Line* line, RowErrors& errors) {
    const ColumnPtr& from = batch.columns[filling.column];
    auto to = make_column(from->type(), from->rows());
    to->keep(from);
    std::vector<uint32_t> left;  // rows that are still NULL
    for (uint32_t row : batch.selection) {
      copy_slot(*from, row, *to, row);
      if (line != nullptr && to->is_null(row) && has_group(row))
        line->fill(*to, row, group_of(row), batch.system->event_time[row], errors);
      if (to->is_null(row)) left.push_back(row);
    }
    if (!filling.constant || left.empty()) return to;
    const ColumnPtr constant = filling.constant->evaluate(batch, left, errors);
    to->keep(constant);
    for (uint32_t row : left) copy_slot(*constant, row, *to, row);
    return to;
  }

  const LinearFillProgram& program_;
  TimeOrderedRows waiting_;
  EventTime watermark_ = EventTime::min();
  std::vector<std::unique_ptr<Line>> lines_;  // of the fillings; nullptr: by a constant alone
  // Of the batch.
  std::vector<ColumnPtr> key_columns_;
  ByteRows groups_;                 // by place
  std::vector<uint32_t> place_of_;  // by row
};

class LinearFillNode final : public OperatorNode {
 public:
  using Description = std::vector<std::pair<std::string, std::string>>;

  LinearFillNode(LinearFillProgram program, std::optional<int32_t> partitions, Description description)
      : program_(std::move(program)), partitions_(partitions), description_(std::move(description)) {}

  const Schema& output() const override { return program_.output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns = all_copied(program_.output);
    for (const LinearFilling& filling : program_.fillings) columns[filling.column] = std::nullopt;
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.by; }
  EventTime next_boundary(EventTime watermark) const override {
    EventTime next = std::min(program_.order.next_boundary(watermark),
                              program_.order.slices.next_closing(watermark, program_.grace));
    for (const LinearFilling& filling : program_.fillings) {
      if (filling.history)
        next = std::min(next, filling.history->segments.next_closing(
                                  watermark, filling.longest + program_.order.delay()));
    }
    return next;
  }
  bool results_by_row() const override { return false; }
  Duration delay() const override { return program_.order.delay(); }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Description describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<LinearFill>(program_, state);
  }

 private:
  LinearFillProgram program_;
  std::optional<int32_t> partitions_;
  Description description_;
};

}  // namespace

HistoryProgram value_history(const std::string& step, const Schema& key, const Field& value,
                             Duration longest) {
  const std::string segments = "tumbling " + to_string(longest);
  return {tumbling_windows(longest), longest, directory_layout(step, key, segments, value.name),
          chunk_layout(step, key, segments, value.name)};
}

std::unique_ptr<const OperatorNode> make_linear_fill(
    LinearFillProgram program, std::optional<int32_t> partitions,
    std::vector<std::pair<std::string, std::string>> description) {
  return std::make_unique<LinearFillNode>(std::move(program), partitions, std::move(description));
}

}  // namespace pactolus
