#include "operators/matching/pattern_operator.h"

#include <algorithm>

#include "data/key_encoding.h"
#include "operators/matching/row_matcher.h"
#include "operators/windows/closing_window.h"

namespace pactolus {
namespace {

class Pattern final : public Operator {
 public:
  Pattern(const PatternProgram& program, StateStore& state)
      : program_(program),
        waiting_(program.order, state),
        matcher_(program, state),
        leaving_(*state.find(program.leaving.step(), program.leaving.table())),
        looked_at_(leaving_) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    const size_t all = batch.selection.size();
    counts.rows_in += all;
    if (!program_.groups_nulls)
      std::erase_if(batch.selection, [&](uint32_t row) { return !has_group(batch, row); });
    counts.filtered += all - batch.selection.size();
    const std::vector<RowError> refused = waiting_.put(batch);
    for (const RowError& error : refused) out.dead_letter(batch, error);
    counts.dead_letters += refused.size();
    counts.absorbed += batch.selection.size();
  }

  EventTime next_due() const override {
    return std::min(waiting_.next_due(), program_.order.due(leaving_.first_window_end()));
  }

  /// The rows of a slice first: they may be of the matches that end with it.
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override {
    rows_max = std::clamp<size_t>(rows_max, 1, kBatchRowsMax);
    if (waiting_.next_due() == due) {
      const EventTime slice_end = waiting_.slice_end();
      match(waiting_.take(rows_max), slice_end, out);
      return !waiting_.taking();
    }
    std::vector<Match> complete;
    for (const StateGroup& group : looked_at_.next(rows_max))
      matcher_.look_at(group.key, looked_at_.end(), complete);
    emit_matches(program_, complete, counts, out);
    if (!looked_at_.done()) return false;
    leaving_.drop_window(looked_at_.end());
    looked_at_.forget();
    return true;
  }

  void set_watermark(EventTime watermark) override {
    looked_at_.forget();
    waiting_.set_watermark(watermark);
  }
  std::optional<CloseCursor> cursor() const override {
    return waiting_.taking() ? waiting_.cursor(program_.step) : looked_at_.cursor(program_.step);
  }
  void resume(const CloseCursor& cursor) override {
    if (waiting_.has_slice(cursor.window_end)) return waiting_.resume(cursor);
    looked_at_.resume(cursor);
  }

 private:
  bool has_group(const ColumnBatch& batch, uint32_t row) const {
    return std::ranges::none_of(program_.by,
                                [&](size_t column) { return batch.columns[column]->is_null(row); });
  }

  /// Offers the rows, and sends off what they complete and what cannot be offered.
  void match(const ColumnBatch& batch, EventTime slice_end, OperatorOutput& out) {
    std::vector<ColumnPtr> key;
    for (size_t column : program_.by) key.push_back(batch.columns[column]);
    ByteRows encoded;
    encode_keys(key, batch.selection, encoded);
    const std::vector<std::string_view> groups = encoded.views();
    matcher_.begin(batch, groups);
    std::vector<Match> complete;
    for (size_t place = 0; place < groups.size(); ++place) {
      const size_t before = complete.size();
      const auto error = matcher_.offer(groups[place], batch.selection[place], slice_end, complete);
      if (!error) continue;
      // Behind what rows before it have completed, wherever slices end.
      std::vector<Match> own(complete.begin() + static_cast<ptrdiff_t>(before), complete.end());
      complete.resize(before);
      emit_matches(program_, complete, counts, out);
      out.dead_letter(batch, *error);
      ++counts.dead_results;
      complete = std::move(own);
    }
    counts.matches_dropped += matcher_.take_dropped();
    emit_matches(program_, complete, counts, out);
  }

  const PatternProgram& program_;
  TimeOrderedRows waiting_;
  RowMatcher matcher_;
  StateTable& leaving_;
  ClosingWindow looked_at_;
};

}  // namespace

std::unique_ptr<Operator> make_pattern(const PatternProgram& program, StateStore& state) {
  return std::make_unique<Pattern>(program, state);
}

}  // namespace pactolus
