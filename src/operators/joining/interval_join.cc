#include "operators/joining/interval_join.h"

#include <algorithm>

#include "base/check.h"
#include "data/calendar.h"
#include "data/gathered.h"
#include "data/key_encoding.h"
#include "operators/lateness.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// A row that has come, and a row of the other side that matches it.
struct Pair {
  uint32_t row;  // of the batch
  JoinedRow partner;
};

/// The codec's image of a row that is not there.
std::string absent_image(const Schema& kept, const RowCodec& codec) {
  std::vector<ColumnPtr> columns;
  for (const Field& field : kept.fields()) {
    auto column = make_column(field.type, 1);
    column->set_null(0);
    columns.push_back(std::move(column));
  }
  std::string image;
  codec.append_row(columns, 0, image);
  return image;
}

class IntervalJoinOperator final : public Operator {
 public:
  IntervalJoinOperator(const IntervalJoin& join, StateStore& state)
      : join_(join), sides_{JoinedSideRows(join.sides[0], state), JoinedSideRows(join.sides[1], state)} {
    for (size_t side : {0, 1}) absent_[side] = absent_image(join.sides[side].kept, sides_[side].codec());
  }

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) override;
  EventTime next_due() const override;
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override;
  void set_watermark(EventTime watermark) override;
  std::optional<CloseCursor> cursor() const override;
  void resume(const CloseCursor& cursor) override;

 private:
  bool is_null_key(uint32_t row) const;
  void load(const ColumnBatch& batch, size_t input);
  std::optional<RowError> refusal(const ColumnBatch& batch, uint32_t row, const JoinedSide& side,
                                  size_t bytes) const;
  void join_row(const ColumnBatch& batch, uint32_t row, std::string_view key, size_t input);
  void emit_pairs(const ColumnBatch& batch, size_t input, OperatorOutput& out);
  void emit_unmatched(const std::vector<JoinedRow>& rows, size_t input, OperatorOutput& out);
  std::vector<ColumnPtr> decoded(size_t side, std::span<const std::string_view> images) const;
  void put_columns(size_t side, std::vector<ColumnPtr> kept, ColumnBatch& joined) const;
  ColumnBatch joined_batch(std::shared_ptr<const SystemColumns> system) const;
  std::vector<RowError> project(ColumnBatch& joined) const;

  const IntervalJoin& join_;
  std::array<JoinedSideRows, 2> sides_;
  std::array<std::string, 2> absent_;
  EventTime watermark_ = EventTime::min();
  // Of the batch that is processed.
  std::vector<ColumnPtr> key_columns_;
  std::vector<ColumnPtr> kept_columns_;
  ByteRows keys_;
  std::vector<Pair> pairs_;
  std::vector<JoinedRow> found_;
  std::string image_;
};

void IntervalJoinOperator::process(ColumnBatch batch, size_t input, OperatorOutput& out) {
  counts.rows_in += batch.selection.size();
  const JoinedSide& side = join_.sides[input];
  key_columns_.clear();
  for (size_t column : side.key) key_columns_.push_back(batch.columns[column]);
  kept_columns_.clear();
  for (size_t column : side.columns) kept_columns_.push_back(batch.columns[column]);
  keys_.clear();
  encode_keys(key_columns_, batch.selection, keys_);
  load(batch, input);
  for (size_t place = 0; place < batch.selection.size(); ++place) {
    const uint32_t row = batch.selection[place];
    image_.clear();
    sides_[input].codec().append_row(kept_columns_, row, image_);
    if (auto error = refusal(batch, row, side, image_.size() + keys_[place].size())) {
      emit_pairs(batch, input, out);  // dead letters go out in the order of their rows
      ++counts.dead_letters;
      out.dead_letter(batch, *error);
    } else if (is_null_key(row) && !side.is_outer) {
      ++counts.filtered;
    } else {
      ++counts.absorbed;
      join_row(batch, row, keys_[place], input);
      if (pairs_.size() >= kBatchRowsMax) emit_pairs(batch, input, out);
    }
  }
  emit_pairs(batch, input, out);
}

bool IntervalJoinOperator::is_null_key(uint32_t row) const {
  return std::ranges::any_of(key_columns_, [&](const ColumnPtr& column) { return column->is_null(row); });
}

/// Reads from disk what the rows are looked for with.
void IntervalJoinOperator::load(const ColumnBatch& batch, size_t input) {
  if (batch.selection.empty()) return;
  const std::vector<std::string_view> keys = keys_.views();
  EventTime first = EventTime::max();
  EventTime last = EventTime::min();
  for (uint32_t row : batch.selection) {
    first = std::min(first, batch.system->event_time[row]);
    last = std::max(last, batch.system->event_time[row]);
  }
  sides_[input].load(keys, first, last);
  sides_[1 - input].load(keys, first - join_.sides[input].back, last + join_.sides[input].ahead);
}

/// A row is late once the earliest row that it might match may be forgotten: by the row's own watermark, to
/// the microsecond; by the operator's, which moves on in steps, once that one's slice is.
std::optional<RowError> IntervalJoinOperator::refusal(const ColumnBatch& batch, uint32_t row,
                                                      const JoinedSide& side, size_t bytes) const {
  const EventTime time = batch.system->event_time[row];
  const EventTime row_watermark = batch.system->row_watermark[row];
  const EventTime earliest = time - side.back;
  const int64_t slice = side.slice.count();
  const EventTime slice_end{(floor_divide(earliest.micros(), slice) + 1) * slice};
  if (time + join_.grace < row_watermark || slice_end + side.back + join_.grace <= watermark_) {
    return RowError{row, "late",
                    "rows that it matches may be forgotten: " + why_late(time + join_.grace, row_watermark)};
  }
  if (bytes + kEntryOverhead <= kEntryBytesMax) return std::nullopt;
  return RowError{
      row, "state_too_large",
      "what is remembered of the row is longer than " + std::to_string(kEntryBytesMax / 1024) + " KiB"};
}

void IntervalJoinOperator::join_row(const ColumnBatch& batch, uint32_t row, std::string_view key,
                                    size_t input) {
  const JoinedSide& side = join_.sides[input];
  const EventTime time = batch.system->event_time[row];
  found_.clear();
  if (!is_null_key(row)) sides_[1 - input].find(key, time - side.back, time + side.ahead, found_);
  for (const JoinedRow& partner : found_) {
    pairs_.push_back({row, partner});
    sides_[1 - input].mark_matched(key, partner);
  }
  sides_[input].put(key, time, image_, !found_.empty());
}

void IntervalJoinOperator::emit_pairs(const ColumnBatch& batch, size_t input, OperatorOutput& out) {
  if (pairs_.empty()) return;
  std::vector<uint32_t> rows;
  std::vector<std::string_view> images;
  for (const Pair& pair : pairs_) {
    rows.push_back(pair.row);
    images.push_back(pair.partner.image);
  }
  auto system = std::make_shared<SystemColumns>(*gathered_system(*batch.system, rows));
  for (size_t i = 0; i < pairs_.size(); ++i)
    system->event_time[i] = std::max(system->event_time[i], pairs_[i].partner.time);
  system->row_watermark = system->event_time;  // what has come in time is never late behind
  ColumnBatch joined = joined_batch(std::move(system));
  std::vector<ColumnPtr> own;
  for (const ColumnPtr& column : kept_columns_) own.push_back(gathered(column, rows));
  put_columns(input, std::move(own), joined);
  put_columns(1 - input, decoded(1 - input, images), joined);
  const std::vector<RowError> failed = project(joined);
  for (const RowError& error : failed) out.dead_letter(batch, {rows[error.row], error.code, error.message});
  counts.dead_results += failed.size();
  counts.results_by_row += joined.selection.size();
  pairs_.clear();
  if (!joined.selection.empty()) out.emit(std::move(joined));
}

void IntervalJoinOperator::emit_unmatched(const std::vector<JoinedRow>& rows, size_t input,
                                          OperatorOutput& out) {
  if (rows.empty()) return;
  auto system = std::make_shared<SystemColumns>();
  std::vector<std::string_view> images;
  for (const JoinedRow& row : rows) {
    images.push_back(row.image);
    system->event_time.push_back(row.time);
  }
  system->row_watermark = system->event_time;
  ColumnBatch joined = joined_batch(system);
  const std::vector<ColumnPtr> own = decoded(input, images);
  put_columns(input, own, joined);
  put_columns(1 - input, decoded(1 - input, std::vector<std::string_view>(rows.size(), absent_[1 - input])),
              joined);
  const std::vector<RowError> failed = project(joined);
  const ColumnBatch described{&join_.sides[input].kept, own, std::move(system), {}};
  for (const RowError& error : failed) out.dead_letter(described, error);
  counts.dead_results += failed.size();
  counts.results_by_close += joined.selection.size();
  if (!joined.selection.empty()) out.emit(std::move(joined));
}

/// The columns own their bytes: the state may change while they are looked at.
std::vector<ColumnPtr> IntervalJoinOperator::decoded(size_t side,
                                                     std::span<const std::string_view> images) const {
  auto bytes = std::make_shared<ByteRows>();
  for (std::string_view image : images) {
    bytes->bytes() += image;
    bytes->end_row();
  }
  std::vector<std::string_view> copies;
  for (size_t i = 0; i < bytes->size(); ++i) copies.push_back((*bytes)[i]);
  DecodedRows rows = sides_[side].codec().decode(copies, bytes);
  PACTOLUS_CHECK(rows.failures.empty(), "a row of a join cannot be read");
  return std::move(rows.columns);
}

ColumnBatch IntervalJoinOperator::joined_batch(std::shared_ptr<const SystemColumns> system) const {
  ColumnBatch joined{&join_.row, std::vector<ColumnPtr>(join_.row.size()), std::move(system), {}};
  for (uint32_t row = 0; row < joined.rows(); ++row) joined.selection.push_back(row);
  return joined;
}

void IntervalJoinOperator::put_columns(size_t side, std::vector<ColumnPtr> kept, ColumnBatch& joined) const {
  const std::vector<size_t>& columns = join_.sides[side].columns;
  for (size_t i = 0; i < columns.size(); ++i)
    joined.columns[join_.offset_of(side) + columns[i]] = std::move(kept[i]);
}

/// Rows of both inputs become results; those that fail are taken out.
std::vector<RowError> IntervalJoinOperator::project(ColumnBatch& joined) const {
  RowErrors errors;
  joined.columns = join_.projection.evaluate(joined, errors);
  joined.schema = &join_.projection.schema;
  std::vector<RowError> failed = errors.take();
  remove_failed(joined.selection, failed);
  return failed;
}

EventTime IntervalJoinOperator::next_due() const {
  EventTime next = EventTime::max();
  for (size_t side : {0, 1}) {
    next = std::min(next, join_.due(join_.sides[side], sides_[side].first_unmatched()));
    next = std::min(next, join_.due(join_.sides[side], sides_[side].first_window()));
  }
  return next;
}

/// Rows without a partner go out before the window that they lie in is forgotten.
bool IntervalJoinOperator::fire(EventTime due, size_t rows_max, OperatorOutput& out) {
  for (size_t side : {0, 1}) {
    if (join_.due(join_.sides[side], sides_[side].first_unmatched()) != due) continue;
    emit_unmatched(sides_[side].take_unmatched(rows_max), side, out);
    if (!sides_[side].taking()) watermark_ = std::max(watermark_, due);
    return !sides_[side].taking();
  }
  for (size_t side : {0, 1}) {
    if (join_.due(join_.sides[side], sides_[side].first_window()) == due) sides_[side].drop_first_window();
  }
  watermark_ = std::max(watermark_, due);
  return true;
}

void IntervalJoinOperator::set_watermark(EventTime watermark) {
  for (JoinedSideRows& side : sides_) side.forget_taking();
  watermark_ = watermark;
}

/// Which side it is stands before the key.
std::optional<CloseCursor> IntervalJoinOperator::cursor() const {
  for (size_t side : {0, 1}) {
    std::optional<CloseCursor> cursor = sides_[side].cursor(join_.step);
    if (!cursor) continue;
    cursor->last_key.insert(0, 1, static_cast<char>('0' + side));
    return cursor;
  }
  return std::nullopt;
}

void IntervalJoinOperator::resume(const CloseCursor& cursor) {
  CloseCursor own = cursor;
  own.last_key.erase(0, 1);
  sides_[cursor.last_key.starts_with('1') ? 1 : 0].resume(own);
}

class IntervalJoinNode final : public OperatorNode {
 public:
  IntervalJoinNode(std::unique_ptr<const IntervalJoin> join, std::optional<int32_t> partitions,
                   std::vector<std::pair<std::string, std::string>> description)
      : join_(std::move(join)), partitions_(partitions), description_(std::move(description)) {}

  const Schema& output() const override { return join_->projection.schema; }
  bool combines_inputs() const override { return true; }
  /// A side whose rows may be absent is not copied: its columns are NULL then.
  std::vector<std::optional<size_t>> copied_from(size_t input) const override {
    std::vector<std::optional<size_t>> columns = join_->projection.copied();
    const size_t begin = join_->offset_of(input);
    const size_t end = input == 0 ? join_->left_columns : join_->row.size();
    const bool may_be_absent = join_->sides[1 - input].is_outer;
    for (std::optional<size_t>& column : columns) {
      const bool own = column && *column >= begin && *column < end && !may_be_absent;
      column = own ? std::optional(*column - begin) : std::nullopt;
    }
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t input) const override {
    return join_->sides[input].key;
  }
  std::optional<std::vector<size_t>> columns_used(size_t input) const override {
    return join_->sides[input].columns;
  }
  std::optional<int32_t> repartition_partitions() const override { return partitions_; }
  Duration delay() const override {
    Duration delay = join_->grace;
    for (const JoinedSide& side : join_->sides) {
      if (side.is_outer) delay = std::max(delay, side.ahead + join_->grace + side.slice);
    }
    return delay;
  }
  EventTime next_boundary(EventTime watermark) const override {
    EventTime next = EventTime::max();
    for (const JoinedSide& side : join_->sides)
      next = std::min(next, join_->slices.next_closing(watermark, side.ahead + join_->grace));
    return next;
  }
  std::vector<std::pair<std::string, std::string>> describe() const override { return description_; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<IntervalJoinOperator>(*join_, state);
  }

 private:
  std::unique_ptr<const IntervalJoin> join_;
  std::optional<int32_t> partitions_;
  std::vector<std::pair<std::string, std::string>> description_;
};

}  // namespace

std::unique_ptr<const OperatorNode> make_interval_join(
    std::unique_ptr<const IntervalJoin> join, std::optional<int32_t> partitions,
    std::vector<std::pair<std::string, std::string>> description) {
  return std::make_unique<IntervalJoinNode>(std::move(join), partitions, std::move(description));
}

}  // namespace pactolus
