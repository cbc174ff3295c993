#include "operators/looking_back/over_operator.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "data/key_encoding.h"
#include "operators/image_entry.h"
#include "operators/lateness.h"
#include "operators/looking_back/frame.h"
#include "operators/state_names.h"
#include "operators/state_time.h"
#include "operators/windows/closing_window.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

/// Few enough for what they look at to stay in the processor's cache.
constexpr size_t kPreparedRows = 256;

class Over final : public Operator {
 public:
  Over(const OverProgram& program, StateStore& state)
      : program_(program),
        history_(program.history, state),
        beginning_(state.declare(program.beginning)),
        leaving_(history_.directories()) {
    if (program.order) waiting_.emplace(*program.order, state);
    if (program.tail) tail_ = &state.declare(*program.tail);
    if (program.states) states_ = &state.declare(*program.states);
    for (const FrameProgram& frame : program.frames)
      frames_.push_back(std::make_unique<Frame>(program, frame, history_, states_, state));
  }

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    if (!waiting_) {
      counts.passed += look(std::move(batch), counts.dead_letters, out);
      return;
    }
    const std::vector<RowError> refused = waiting_->put(batch);
    for (const RowError& error : refused) out.dead_letter(batch, error);
    counts.dead_letters += refused.size();
    counts.absorbed += batch.selection.size();
  }

  EventTime next_due() const override {
    const EventTime leaves = program_.due(history_.first_segment_end());
    return waiting_ ? std::min(leaves, waiting_->next_due()) : leaves;
  }
  bool fire(EventTime due, size_t rows_max, OperatorOutput& out) override {
    rows_max = std::clamp<size_t>(rows_max, 1, kBatchRowsMax);
    if (waiting_ && waiting_->next_due() == due && !leaving_.under_way()) {
      counts.results_by_close += look(waiting_->take(rows_max), counts.dead_results, out);
      return !waiting_->taking();
    }
    return let_go(due, rows_max);
  }
  void set_watermark(EventTime watermark) override {
    leaving_.forget();
    watermark_ = watermark;
    if (waiting_) waiting_->set_watermark(watermark);
  }
  std::optional<CloseCursor> cursor() const override {
    if (leaving_.under_way()) return leaving_.cursor(program_.step);
    return waiting_ ? waiting_->cursor(program_.step) : std::nullopt;
  }
  void resume(const CloseCursor& cursor) override {
    // All rows of a slice have looked back long before a segment that ends with it leaves.
    if (waiting_ && waiting_->has_slice(cursor.window_end)) {
      waiting_->resume(cursor);
    } else {
      leaving_.resume(cursor);
    }
  }

 private:
  /// The rows look back and go out. How many; those that don't are dead letters, and counted there.
  size_t look(ColumnBatch batch, uint64_t& dead, OperatorOutput& out);
  /// Takes the rows out that fail, or of which `why` has something to say.
  void refuse(ColumnBatch& batch, RowErrors& errors) {
    std::vector<RowError> failed = errors.take();
    remove_failed(batch.selection, failed);
    std::ranges::move(failed, std::back_inserter(refused_));
  }
  template <class Why>
  void refuse(ColumnBatch& batch, const Why& why) {
    std::erase_if(batch.selection, [&](uint32_t row) {
      std::optional<RowError> error = why(row);
      if (error) refused_.push_back(*std::move(error));
      return error.has_value();
    });
  }

  void find_groups(const ColumnBatch& batch);
  void encode_events(const ColumnBatch& batch);
  bool is_alone(uint32_t row) const { return is_alone_[row] != 0; }
  std::string_view group_of(uint32_t row) const { return groups_[place_of_[row]]; }
  std::string_view image_at(uint32_t row) const { return images_[place_of_[row]]; }
  std::optional<RowError> why_late(const ColumnBatch& batch, uint32_t row) const;
  std::optional<RowError> why_too_large(const ColumnBatch& batch, uint32_t row) const;
  void look_back(ColumnBatch& batch);
  void prepare(const ColumnBatch& batch, size_t place);
  EventTime beginning(EventTime first);
  void last_events(std::string_view group, EventTime time);
  ColumnBatch results(const ColumnBatch& batch);
  bool let_go(EventTime due, size_t groups_max);
  void let_go(std::string_view group);
  void keep_tail(std::string_view group);
  void read_tail(std::string_view group, size_t count, Events& events);

  const OverProgram& program_;
  EventHistory history_;
  StateTable& beginning_;
  StateTable* tail_ = nullptr;
  StateTable* states_ = nullptr;  // of the frames
  std::vector<std::unique_ptr<Frame>> frames_;
  EventTime watermark_ = EventTime::min();
  std::optional<TimeOrderedRows> waiting_;  // for their time
  ClosingWindow leaving_;                   // the segment whose events leave the state
  // Of the batch.
  std::vector<RowError> refused_;
  ByteRows groups_;
  ByteRows images_;                 // of its rows' events
  std::vector<uint32_t> place_of_;  // by row, among groups_ and images_
  std::vector<uint8_t> is_alone_;   // by row
  Events before_;
  // Of the next rows that have groups.
  std::vector<uint32_t> prepared_rows_;
  std::vector<std::string_view> prepared_groups_;
  std::vector<EventTime> prepared_times_;
  std::vector<std::byte*> prepared_states_;
  // Scratch.
  std::string tail_bytes_;
};

size_t Over::look(ColumnBatch batch, uint64_t& dead, OperatorOutput& out) {
  refused_.clear();
  find_groups(batch);
  encode_events(batch);
  // Rows that waited were not late when they came.
  if (!waiting_) refuse(batch, [&](uint32_t row) { return why_late(batch, row); });
  RowErrors errors;
  for (const auto& frame : frames_) errors.add(frame->evaluate(batch));
  refuse(batch, errors);
  refuse(batch, [&](uint32_t row) { return why_too_large(batch, row); });
  ColumnBatch result;
  if (!batch.selection.empty()) {
    look_back(batch);
    result = results(batch);
  }
  std::ranges::sort(refused_, {}, &RowError::row);
  for (const RowError& error : refused_) out.dead_letter(batch, error);
  dead += refused_.size();
  const size_t rows = result.selection.size();
  if (rows > 0) out.emit(std::move(result));
  return rows;
}

void Over::find_groups(const ColumnBatch& batch) {
  std::vector<ColumnPtr> columns;
  for (size_t column : program_.by) columns.push_back(batch.columns[column]);
  groups_.clear();
  encode_keys(columns, batch.selection, groups_);
  place_of_.resize(batch.rows());
  is_alone_.assign(batch.rows(), 0);
  for (size_t place = 0; place < batch.selection.size(); ++place) {
    const uint32_t row = batch.selection[place];
    place_of_[row] = static_cast<uint32_t>(place);
    const auto is_null = [&](const ColumnPtr& column) { return column->is_null(row); };
    if (!program_.groups_nulls && std::ranges::any_of(columns, is_null)) is_alone_[row] = 1;
  }
}

void Over::encode_events(const ColumnBatch& batch) {
  std::vector<ColumnPtr> kept;
  for (size_t column : program_.kept) kept.push_back(batch.columns[column]);
  images_.clear();
  program_.codec.encode(kept, batch.selection, images_);
}

std::optional<RowError> Over::why_late(const ColumnBatch& batch, uint32_t row) const {
  const EventTime row_watermark = batch.system->row_watermark[row];
  const EventTime closes = program_.closes(history_.segment_end(batch.system->event_time[row]));
  if (is_alone(row) || closes > std::max(watermark_, row_watermark)) return std::nullopt;
  return RowError{row, "late",
                  "the events before it may be forgotten: " + pactolus::why_late(closes, row_watermark)};
}

std::optional<RowError> Over::why_too_large(const ColumnBatch& batch, uint32_t row) const {
  if (is_alone(row)) return std::nullopt;
  const size_t key = group_of(row).size();
  size_t event = kEntryOverhead;
  for (size_t column : program_.kept) {
    const Column& values = *batch.columns[column];
    if (holds_bytes(values.type().kind) && !values.is_null(row))
      event += values.values<std::string_view>()[row].size();
  }
  size_t texts = 0;
  for (const auto& frame : frames_) texts += frame->text_bytes(row);
  if (key + event > EventHistory::kEventBytesMax || key + texts + 2 * kEntryOverhead > kEntryBytesMax) {
    return RowError{row, "state_too_large",
                    "what has to be remembered of the row, with its key, is longer than " +
                        std::to_string(EventHistory::kEventBytesMax / 1024) + " KiB"};
  }
  // Of a group's last events, which are one entry of the state, each has the same share.
  constexpr size_t kTimeAndLength = 16;
  if (key + kEntryOverhead + program_.tail_rows * (image_at(row).size() + kTimeAndLength) > kEntryBytesMax) {
    return RowError{row, "state_too_large",
                    "the last " + std::to_string(program_.tail_rows) +
                        " events of a group, if all were as long as this one, have more than " +
                        std::to_string(kEntryBytesMax / 1024) + " KiB"};
  }
  return std::nullopt;
}

void Over::look_back(ColumnBatch& batch) {
  RowErrors errors;
  const std::vector<EventTime>& times = batch.system->event_time;
  const EventTime first = beginning(times[batch.selection.front()]);
  for (const auto& frame : frames_) frame->begin(batch, first);
  for (size_t place = 0; place < batch.selection.size(); ++place) {
    if (place % kPreparedRows == 0) prepare(batch, place);
    const uint32_t row = batch.selection[place];
    if (is_alone(row)) {
      for (const auto& frame : frames_) frame->look_back_alone(row, times[row]);
      continue;
    }
    const std::string_view group = group_of(row);
    if (!history_.open(group, times[row])) {
      for (const auto& frame : frames_) frame->skip();
      errors.add(row, "state_too_large", "the group has too many events at about this time");
      continue;
    }
    last_events(group, times[row]);
    for (const auto& frame : frames_) frame->look_back(group, row, times[row], before_);
    const auto changed = history_.insert(group, times[row], image_at(row));
    if (!changed) continue;
    for (const auto& frame : frames_) frame->chunk_changed(*changed);
  }
  refuse(batch, errors);
}

/// What the next rows will look at is on its way to the processor.
void Over::prepare(const ColumnBatch& batch, size_t place) {
  prepared_rows_.clear();
  prepared_groups_.clear();
  prepared_times_.clear();
  const size_t end = std::min(batch.selection.size(), place + kPreparedRows);
  for (; place < end; ++place) {
    const uint32_t row = batch.selection[place];
    if (is_alone(row)) continue;
    prepared_rows_.push_back(row);
    prepared_groups_.push_back(group_of(row));
    prepared_times_.push_back(batch.system->event_time[row]);
  }
  history_.prepare(prepared_groups_, prepared_times_);
  if (states_ != nullptr) {
    prepared_states_.resize(prepared_groups_.size());
    states_->running().touch(prepared_groups_, prepared_states_);
  }
  for (const auto& frame : frames_) frame->prepare(prepared_rows_, prepared_groups_, prepared_states_);
}

/// The event time of the first event that the task has seen: `first`, if it sees its first one now.
EventTime Over::beginning(EventTime first) {
  HotTable& table = beginning_.running();
  if (const std::byte* found = table.find(kOnlyRow)) return time_at(found);
  put_time(first, table.touch(kOnlyRow));
  return first;
}

/// Those before an event at `time`, for windows of rows, the last one first.
void Over::last_events(std::string_view group, EventTime time) {
  before_.clear();
  if (tail_ == nullptr) return;
  history_.read_back(group, time, program_.tail_rows, before_);
  read_tail(group, program_.tail_rows, before_);
}

ColumnBatch Over::results(const ColumnBatch& batch) {
  ColumnBatch raw = batch;
  raw.schema = &program_.raw;
  raw.columns.resize(program_.raw.size());
  RowErrors errors;
  for (const auto& frame : frames_) frame->finish(batch.selection, raw.columns, errors);
  refuse(raw, errors);
  ColumnBatch result = batch;
  result.schema = &program_.output;
  result.columns.resize(program_.output.size());
  for (const AddedColumn& added : program_.added)
    result.columns[added.column] = added.expression->evaluate(raw, raw.selection, errors);
  result.selection = std::move(raw.selection);
  refuse(result, errors);
  return result;
}

// ---- events that leave the state
// ----------------------------------------------------------------------------------------

/// The events of the first segment leave, of some groups in each call. False: there are more.
bool Over::let_go(EventTime due, size_t groups_max) {
  for (const StateGroup& group : leaving_.next(groups_max)) let_go(std::string(group.key));
  if (!leaving_.done()) return false;
  history_.drop_segment(leaving_.end());
  for (const auto& frame : frames_) frame->drop_segment(leaving_.end());
  leaving_.forget();
  watermark_ = std::max(watermark_, due);
  return true;
}

void Over::let_go(std::string_view group) {
  const EventTime last = leaving_.end() - Duration{1};
  before_.clear();
  history_.read(group, EventTime::min(), last, before_);
  if (states_ != nullptr) {
    std::byte* states = states_->running().touch(group);
    bool is_new = true;
    for (const auto& frame : frames_) is_new = frame->let_go(group, states, last, before_) && is_new;
    if (is_new) states_->running().erase(group);
  }
  if (tail_ != nullptr) keep_tail(group);
}

/// Of the tail, whose events are older, and those that leave, the last ones are the tail.
void Over::keep_tail(std::string_view group) {
  Events last;
  for (size_t i = before_.size(); i > 0 && last.size() < program_.tail_rows; --i) {
    last.add(before_.times[i - 1], before_.images[i - 1]);
  }
  read_tail(group, program_.tail_rows, last);
  tail_bytes_.clear();
  ByteWriter writer(tail_bytes_);
  for (size_t i = 0; i < last.size(); ++i) {
    writer.i64(last.times[i].micros());
    writer.bytes(last.images[i]);
  }
  put_image(tail_->running(), group, tail_bytes_);
}

/// Appends events of the tail, the last one first, until there are `count`.
void Over::read_tail(std::string_view group, size_t count, Events& events) {
  const std::byte* row = tail_->running().find(group);
  if (row == nullptr) return;
  ByteReader reader(image_of(row));
  while (!reader.at_end() && events.size() < count) {
    const EventTime time{reader.i64()};
    const std::string_view image = reader.bytes();
    PACTOLUS_CHECK(!reader.failed(), "a group's last events cannot be read");
    events.add(time, image);
  }
}

}  // namespace

std::unique_ptr<Operator> make_over(const OverProgram& program, StateStore& state) {
  return std::make_unique<Over>(program, state);
}

}  // namespace pactolus
