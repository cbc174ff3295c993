#include "runtime/task.h"

#include <algorithm>

#include "base/check.h"
#include "runtime/event_time.h"
#include "runtime/step_counts.h"

namespace pactolus {

namespace {

/// Of an input's counts: a repartition topic is called as the step that it is for, which has counts of its
/// own.
std::string counts_name(const InputPlan& input) {
  return input.source != nullptr ? input.name() : "repartition " + input.name();
}

}  // namespace

/// What an operator of step `index` hands on.
class Task::StepOutput final : public OperatorOutput {
 public:
  StepOutput(Task& task, const StepPlan& plan) : task_(task), plan_(plan), edges_(1) {
    for (const Edge& edge : plan.successors) {
      edges_.resize(std::max(edges_.size(), edge.output + 1));
      edges_[edge.output].push_back(edge);
    }
  }

  void emit(ColumnBatch batch) override { emit_to(0, std::move(batch)); }
  void emit_to(size_t output, ColumnBatch batch) override {
    if (output < edges_.size()) task_.deliver(edges_[output], std::move(batch), *task_.out_);
  }
  void dead_letter(const ColumnBatch& batch, const RowError& error) override {
    task_.add_dead_letter(batch, plan_.name, error);
  }

 private:
  Task& task_;
  const StepPlan& plan_;
  std::vector<std::vector<Edge>> edges_;  // by output
};

Task::Task(const TaskContext& context, const SubTopologyTasks& tasks, Partition partition)
    : context_(context),
      tasks_(tasks),
      sub_(*tasks.sub),
      id_{tasks.lead_topic, partition},
      dead_letters_(
          {context.plan.dead_letter_topic, context.output_partitions.at(context.plan.dead_letter_topic)},
          context.plan.name, context.plan.fingerprint, id_) {
  for (const InputPlan& input : sub_.inputs) add_inputs(input);
  input_counts_.resize(inputs_.size());
  for (const StepPlan& plan : sub_.steps) {
    steps_.push_back({&plan, plan.node->instantiate(state_), std::make_unique<StepOutput>(*this, plan)});
    steps_.back().op->before_rows = plan.before_rows;
  }
  for (const SinkPlan* sink : sub_.sinks) sinks_.emplace_back(*sink, context, partition);
  for (const auto& output : sub_.repartitions) {
    repartitions_.emplace_back(*output.plan, context);
    downstreams_.push_back({.topic = output.plan->topic, .watermark = EventTime::min(), .idle = false});
  }
}

Task::~Task() = default;

void Task::add_inputs(const InputPlan& plan) {
  const int32_t partitions = context_.map.partitions.at(plan.topic());
  if (!plan.is_global()) {
    if (id_.partition.value() < partitions)
      inputs_.push_back(std::make_unique<TaskInput>(plan, id_.partition, partitions));
    return;
  }
  const bool is_copy = plan.is_copy || id_.partition != Partition{0};
  for (int32_t i = 0; i < partitions; ++i)
    inputs_.push_back(std::make_unique<TaskInput>(plan, Partition{i}, partitions, is_copy));
}

EpochRecord Task::epoch() const {
  EpochRecord epoch;
  for (const auto& input : inputs_) epoch.inputs.push_back(input->progress());
  epoch.upstreams = watermark_.upstreams();
  epoch.downstreams = downstreams_;
  epoch.watermark = watermark_.value();
  epoch.settled = settled_;
  epoch.record_time = record_time_;
  epoch.close = close_;
  epoch.fingerprint = context_.plan.fingerprint;
  epoch.steps = counts();
  return epoch;
}

void Task::reset(const EpochRecord& epoch) {
  for (auto& input : inputs_) {
    auto same = [&](const InputProgress& p) { return input->owns(p); };
    auto found = std::find_if(epoch.inputs.begin(), epoch.inputs.end(), same);
    if (found != epoch.inputs.end()) input->reset(*found);
  }
  for (DownstreamProgress& downstream : downstreams_) {
    auto same = [&](const DownstreamProgress& p) { return p.topic == downstream.topic; };
    auto found = std::find_if(epoch.downstreams.begin(), epoch.downstreams.end(), same);
    if (found != epoch.downstreams.end()) downstream = *found;
  }
  watermark_.reset(epoch.watermark, epoch.upstreams);
  settled_ = epoch.settled;
  record_time_ = epoch.record_time;
  close_ = epoch.close;
  restore_counts(epoch.steps);
  for (Step& step : steps_) step.op->set_watermark(settled_ - step.plan->input_delay);
  if (close_) {
    for (Step& step : steps_) {
      if (step.plan->name == close_->step)
        step.op->resume({close_->step, close_->window_end, close_->last_key});
    }
  }
  changed_ = false;
  forget_decisions();
}

bool Task::step(Outgoing& out) {
  out_ = &out;
  bool busy = fire_due(out) || tell_tables_read(out);
  if (!busy) {
    if (auto run = choose_run()) {
      process_run(*run, out);
      busy = true;
    }
  }
  out_ = nullptr;
  changed_ = changed_ || busy;
  return busy;
}

void Task::mark_idle(size_t input, Outgoing& out) {
  out_ = &out;
  inputs_[input]->mark_idle();
  note_decision(input, 0, false);
  watermark_.update(inputs_);
  changed_ = true;
  if (watermark_.all_idle(inputs_)) send_idleness(out);
  out_ = nullptr;
}

void Task::end_inputs() {
  for (auto& input : inputs_) {
    if (input->plan().source != nullptr) input->end();
  }
  watermark_.update(inputs_);
  changed_ = true;
}

// ---- timers
// ---------------------------------------------------------------------------------------------------------

std::optional<size_t> Task::next_to_fire() const {
  std::optional<size_t> next;
  EventTime earliest = EventTime::max();
  for (size_t i = 0; i < steps_.size(); ++i) {
    EventTime own = steps_[i].op->next_due();
    if (own == EventTime::max()) continue;
    EventTime due = own + steps_[i].plan->input_delay;
    bool is_next = due <= watermark_.value() && (!next || due < earliest);
    if (!is_next) continue;
    next = i;
    earliest = due;
  }
  return next;
}

bool Task::fire_due(Outgoing& out) {
  if (settled_ == watermark_.value()) return false;
  auto next = next_to_fire();
  if (!next) {
    settle(out);
    return true;
  }
  Step& step = steps_[*next];
  EventTime due = step.op->next_due();
  bool finished = step.op->fire(due, context_.close_rows_max, *step.output);
  write_dead_letters(out);
  close_.reset();
  if (!finished) {
    auto cursor = step.op->cursor();
    PACTOLUS_CHECK(cursor.has_value(), step.plan->name);
    close_ = CloseProgress{cursor->step, due + step.plan->input_delay, cursor->window_end, cursor->last_key};
  }
  return true;
}

void Task::settle(Outgoing& out) {
  settled_ = watermark_.value();
  for (Step& step : steps_) step.op->set_watermark(settled_ - step.plan->input_delay);
  for (size_t i = 0; i < repartitions_.size(); ++i) {
    if (repartitions_[i].plan().of_tables) continue;
    Duration tenth = control_distance(i);
    EventTime told = downstreams_[i].watermark;
    EventTime now = settled_ - sub_.repartitions[i].delay;
    bool noticeable =
        told == EventTime::min() || now == EventTime::max() || multiple_below(now, tenth) > told;
    if (noticeable && now > told) send_control(i, now, false, out);
  }
}

// ---- rows
// -----------------------------------------------------------------------------------------------------------

/// Rows of tables go first: whoever is joined with them finds all that is there. Others go in the order of
/// their times.
bool Task::comes_before(const TaskInput& one, const TaskInput& other) const {
  if (one.is_table() != other.is_table()) return one.is_table();
  return one.merge_time() < other.merge_time();
}

std::optional<Task::Run> Task::choose_run() const {
  std::optional<size_t> first;
  bool waited = true;
  bool tables_complete = true;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    const TaskInput& input = *inputs_[i];
    if (input.is_table() && !watermark_.is_complete(input)) tables_complete = false;
    if (input.waiting() == 0) {
      if (!input.at_end()) return std::nullopt;  // its rows are on their way: they may have to come first
      waited = false;
      continue;
    }
    if (!first || comes_before(input, *inputs_[*first])) first = i;
  }
  if (!first) return std::nullopt;
  const TaskInput& input = *inputs_[*first];
  if (!tables_complete && !input.is_table()) return std::nullopt;
  uint32_t end = input.head().records();
  for (size_t i = 0; i < inputs_.size(); ++i) {
    bool follows = i == *first || inputs_[i]->waiting() == 0 || inputs_[i]->is_table() != input.is_table();
    if (follows) continue;
    end = std::min(end, input.records_until(inputs_[i]->merge_time(), *first < i));
  }
  // At least one record: its own merge time was the lowest.
  return Run{*first, std::max(end, input.head_begin() + 1), waited};
}

void Task::process_run(const Run& run, Outgoing& out) {
  TaskInput& input = *inputs_[run.input];
  if (input.progress().idle) {
    input.resume(watermark_.value());
    end_idleness(out);
  }
  uint32_t begin = input.head_begin();
  const WaitingBatch& head = input.head();
  auto control = std::lower_bound(head.controls.begin(), head.controls.end(), begin,
                                  [](const auto& c, uint32_t row) { return c.first < row; });
  if (control != head.controls.end() && control->first == begin) {
    ControlRecord heard = control->second;
    input.advance_to(begin + 1);
    note_decision(run.input, 1, run.waited);
    hear_control(input, heard, out);
    return;
  }
  uint32_t end = control == head.controls.end() ? run.end : std::min(run.end, control->first);
  end = cut(input, end);
  push_rows(run.input, begin, end, out);
  input.advance_to(end);
  note_decision(run.input, end - begin, run.waited);
  watermark_.update(inputs_);
}

void Task::note_decision(size_t index, uint64_t records, bool waited) {
  decided_ = decided_ || !waited;
  bool goes_on =
      records > 0 && !decisions_.empty() && decisions_.back().input == index && decisions_.back().records > 0;
  if (goes_on) {
    decisions_.back().records += records;
  } else {
    decisions_.push_back({static_cast<uint32_t>(index), records});
  }
}

void Task::forget_decisions() {
  decisions_.clear();
  decided_ = false;
}

void Task::push_rows(size_t index, uint32_t begin, uint32_t end, Outgoing& out) {
  const TaskInput& input = *inputs_[index];
  const WaitingBatch& head = input.head();
  for (uint32_t row = begin; row < end; ++row) {
    record_time_ = std::max(record_time_, head.source->batch.records[row].timestamp);
  }
  StepCounts& counts = input_counts_[index];
  ColumnBatch unread = head.batch;
  unread.columns.clear();  // those of a record that did not decode are unspecified
  for (const RowError& failure : head.failures) {
    const uint32_t record = head.record_of(failure.row);
    if (record < begin || record >= end) continue;
    ++counts.rows_in;
    ++counts.dead_letters;
    add_dead_letter(unread, input.plan().name(), failure);
  }
  ColumnBatch batch = head.batch;
  const auto is_before = [&](uint32_t row, uint32_t record) { return head.record_of(row) < record; };
  auto first = std::lower_bound(batch.selection.begin(), batch.selection.end(), begin, is_before);
  auto last = std::lower_bound(first, batch.selection.end(), end, is_before);
  batch.selection = std::vector<uint32_t>(first, last);
  counts.rows_in += batch.selection.size();
  counts.passed += batch.selection.size();
  deliver(input.plan().successors, std::move(batch), out);
  write_dead_letters(out);
}

/// Where a run must end so that what falls due is done before the next row: behind the first record that
/// brings the watermark to a boundary.
uint32_t Task::cut(const TaskInput& input, uint32_t end) const {
  if (input.plan().source == nullptr) return end;  // only control records move the watermark there
  if (input.is_table()) return end;                // nothing moves it
  EventTime others = watermark_.minimum(inputs_, &input);
  EventTime boundary = next_boundary();
  auto after = [&](uint32_t row) { return std::min(others, input.watermark_after(row)); };
  if (after(end - 1) < boundary) return end;
  const std::vector<EventTime>& watermarks = input.head().watermarks;
  auto reaches = std::partition_point(
      watermarks.begin() + input.head_begin(), watermarks.begin() + end,
      [&](const EventTime& w) { return after(static_cast<uint32_t>(&w - watermarks.data())) < boundary; });
  return static_cast<uint32_t>(reaches - watermarks.begin()) + 1;
}

EventTime Task::next_boundary() const {
  EventTime now = watermark_.value();
  if (now == EventTime::min()) return EventTime{now.micros() + 1};  // as soon as there is a watermark at all
  EventTime boundary = EventTime::max();
  for (const Step& step : steps_) {
    Duration delay = step.plan->input_delay;
    boundary = std::min(boundary, step.plan->node->next_boundary(now - delay) + delay);
  }
  for (size_t i = 0; i < repartitions_.size(); ++i) {
    Duration delay = sub_.repartitions[i].delay;
    boundary = std::min(boundary, next_multiple(now - delay, control_distance(i)) + delay);
  }
  return boundary;
}

void Task::hear_control(TaskInput& input, const ControlRecord& control, Outgoing& out) {
  bool was_idle = watermark_.all_idle(inputs_);
  if (watermark_.hear(input.partition().topic, control)) input.resume(watermark_.value());
  watermark_.update(inputs_);
  bool is_idle = watermark_.all_idle(inputs_);
  if (was_idle && !is_idle) end_idleness(out);
  if (!was_idle && is_idle) send_idleness(out);
}

void Task::deliver(std::span<const Edge> edges, ColumnBatch batch, Outgoing& out) {
  if (batch.selection.empty()) return;
  for (size_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    ColumnBatch own = i + 1 == edges.size() ? std::move(batch) : batch;
    switch (edge.target) {
      case Edge::kStep:
        steps_[edge.index].op->process(std::move(own), edge.port, *steps_[edge.index].output);
        break;
      case Edge::kSink:
        write_to_sink(sinks_[edge.index], own, out);
        break;
      case Edge::kRepartition:
        repartitions_[edge.index].write(own, record_time_, out);
        break;
    }
  }
}

void Task::write_to_sink(SinkWriter& sink, const ColumnBatch& batch, Outgoing& out) {
  std::vector<RowError> refused;
  sink.write(batch, record_time_, refused, out);
  for (RowError& error : refused) add_dead_letter(batch, sink.plan().name, std::move(error));
}

void Task::add_dead_letter(const ColumnBatch& batch, const std::string& step, RowError error) {
  const auto* source = dynamic_cast<const FetchedRows*>(batch.system->source.get());
  if (source != nullptr && source->is_copy) return;
  const std::vector<uint32_t>& sources = batch.system->source_row;
  uint32_t source_row = sources.empty() ? 0 : sources[error.row];
  pending_dead_letters_.push_back({source_row, batch, &step, std::move(error)});
}

/// In the order of the rows, and of the steps for one row, wherever batches end.
void Task::write_dead_letters(Outgoing& out) {
  std::stable_sort(pending_dead_letters_.begin(), pending_dead_letters_.end(),
                   [](const auto& a, const auto& b) { return a.source_row < b.source_row; });
  for (const PendingDeadLetter& letter : pending_dead_letters_) {
    EventTime event_time = letter.batch.system->event_time[letter.error.row];
    bool has_time = event_time != EventTime::min();
    ProcessingTime timestamp = has_time ? bounded_timestamp(event_time, record_time_) : record_time_;
    dead_letters_.write_row(letter.batch, *letter.step, letter.error, timestamp, out);
  }
  pending_dead_letters_.clear();
}

// ---- what downstream tasks hear
// -------------------------------------------------------------------------------------

void Task::send_control(size_t index, EventTime watermark, bool idle, Outgoing& out) {
  downstreams_[index].watermark = watermark;
  downstreams_[index].idle = idle;
  repartitions_[index].write_control(
      {.task = id_.partition.value(), .tasks = tasks_.tasks, .watermark = watermark, .idle = idle},
      record_time_, out);
}

void Task::send_idleness(Outgoing& out) {
  for (size_t i = 0; i < repartitions_.size(); ++i) {
    bool is_table = repartitions_[i].plan().of_tables;
    if (!is_table && !downstreams_[i].idle) send_control(i, downstreams_[i].watermark, true, out);
  }
}

void Task::end_idleness(Outgoing& out) {
  for (size_t i = 0; i < repartitions_.size(); ++i) {
    bool is_table = repartitions_[i].plan().of_tables;
    if (!is_table && downstreams_[i].idle) send_control(i, downstreams_[i].watermark, false, out);
  }
}

/// Once tables have been read to their ends for the first time, those who get their rows by way of
/// repartition topics hear it, as that of an input that falls silent for good: until then they wait. It is a
/// choice: more might have come before it. False: there was nothing to tell.
bool Task::tell_tables_read(Outgoing& out) {
  bool told = false;
  for (size_t i = 0; i < repartitions_.size(); ++i) {
    if (!repartitions_[i].plan().of_tables || downstreams_[i].idle) continue;
    if (!std::ranges::all_of(inputs_, [&](const auto& input) { return is_read(*input); })) return told;
    for (size_t input = 0; input < inputs_.size(); ++input) {
      if (inputs_[input]->plan().source != nullptr && inputs_[input]->is_table())
        note_decision(input, 0, false);
    }
    send_control(i, EventTime::min(), true, out);
    told = true;
  }
  return told;
}

/// Of a table: it has been read to its end once.
bool Task::is_read(const TaskInput& input) const {
  if (!input.is_table()) return true;
  return watermark_.is_complete(input) && (input.plan().source == nullptr || input.at_end());
}

/// How far the watermark moves between two control records: a tenth of the smallest window downstream,
/// aligned to it.
Duration Task::control_distance(size_t index) const {
  constexpr Duration kSmallest = std::chrono::milliseconds{100};
  constexpr Duration kWithoutWindows = std::chrono::seconds{1};
  Duration window = sub_.repartitions[index].plan->boundary;
  return window == Duration{0} ? kWithoutWindows : std::max(kSmallest, window / 10);
}

// ---- counts
// ---------------------------------------------------------------------------------------------------------

/// The partitions of a global table stand next to each other, and count together.
bool Task::is_counted_before(size_t input) const {
  return input > 0 && &inputs_[input]->plan() == &inputs_[input - 1]->plan();
}

std::vector<StepProgress> Task::counts() const {
  std::vector<StepProgress> result;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (is_counted_before(i)) {
      for (const auto& [name, count] : by_name(input_counts_[i])) result.back().counts[name] += count;
    } else {
      result.push_back({counts_name(inputs_[i]->plan()), by_name(input_counts_[i])});
    }
  }
  for (const Step& step : steps_) result.push_back({step.plan->name, by_name(step.op->counts)});
  for (const SinkWriter& sink : sinks_) result.push_back({"sink " + sink.plan().name, by_name(sink.counts)});
  return result;
}

void Task::restore_counts(const std::vector<StepProgress>& progress) {
  auto restored = [&](const std::string& name) {
    auto same = [&](const StepProgress& p) { return p.step == name; };
    auto found = std::find_if(progress.begin(), progress.end(), same);
    return found == progress.end() ? StepCounts{} : counts_from(found->counts);
  };
  for (size_t i = 0; i < inputs_.size(); ++i)
    input_counts_[i] = is_counted_before(i) ? StepCounts{} : restored(counts_name(inputs_[i]->plan()));
  for (Step& step : steps_) step.op->counts = restored(step.plan->name);
  for (SinkWriter& sink : sinks_) sink.counts = restored("sink " + sink.plan().name);
}

}  // namespace pactolus
