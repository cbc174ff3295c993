#include "operators/aggregation/change_emitter.h"

#include "operators/aggregation/group_results.h"
#include "operators/aggregation/row_comparison.h"

namespace pactolus {
namespace {

/// System columns of the results of the input rows `rows`. A result of a window stands at the window's last
/// moment, one of a running table at its row's time.
std::shared_ptr<SystemColumns> system_columns(const AggregateProgram& program, const ColumnBatch& batch,
                                              std::span<const GroupState> groups,
                                              std::span<const uint32_t> rows) {
  auto system = std::make_shared<SystemColumns>();
  system->event_time.reserve(rows.size());
  system->row_watermark.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EventTime time = batch.system->event_time[rows[i]];
    system->event_time.push_back(program.windows ? last_moment(groups[i].window_end) : time);
    system->row_watermark.push_back(batch.system->row_watermark[rows[i]] - program.grace);
  }
  return system;
}

/// Results of some rows before them; not all rows need an evaluation of their own.
struct ResultsBefore {
  GroupResults results;
  std::vector<uint32_t> rows;  // by place: the row in `results`
};

class ChangeEmitter {
 public:
  ChangeEmitter(const AggregateProgram& program, const AggregateArguments& taken, const ColumnBatch& batch,
                std::span<const uint32_t> rows, std::span<const RowTransition> transitions,
                std::span<const RowError> refused, StepCounts& counts)
      : program_(program),
        taken_(taken),
        batch_(batch),
        rows_(rows),
        transitions_(transitions),
        refused_(refused),
        counts_(counts) {}

  void run(OperatorOutput& out) {
    compute_after();
    compute_before();
    for (uint32_t place = 0; place < transitions_.size(); ++place) decide(place);
    counts_.dead_results += after_.failed.size();
    send_dead_letters(out);
    counts_.results_by_row += emitted_.size();
    if (!emitted_.empty()) out.emit(changes());
  }

 private:
  /// The result of a group at one moment.
  struct Moment {
    const GroupResults* results = nullptr;  // none: the group did not exist
    uint32_t row = 0;
    bool exists() const { return results != nullptr; }
    GroupResults::Outcome outcome() const { return results->outcomes[row]; }
  };

  void compute_after() {
    std::vector<GroupState> groups;
    groups.reserve(transitions_.size());
    for (const RowTransition& t : transitions_) groups.push_back({t.key, t.window_end, t.after});
    system_ = system_columns(program_, batch_, groups, rows_);
    after_ = compute_results(program_, taken_, groups, system_);
  }

  /// A result before a row is the one after the previous row of its group, unless it looks at the row's event
  /// time.
  bool is_known_already(const RowTransition& t) const {
    return t.previous.has_value() && !program_.select_reads_event_time;
  }

  void compute_before() {
    std::vector<GroupState> groups;
    std::vector<uint32_t> rows;
    before_.rows.resize(transitions_.size());
    for (size_t place = 0; place < transitions_.size(); ++place) {
      const RowTransition& t = transitions_[place];
      if (t.before == nullptr || is_known_already(t)) continue;
      before_.rows[place] = static_cast<uint32_t>(groups.size());
      groups.push_back({t.key, t.window_end, t.before});
      rows.push_back(rows_[place]);
    }
    before_.results =
        compute_results(program_, taken_, groups, system_columns(program_, batch_, groups, rows));
  }

  Moment moment_before(uint32_t place) const {
    const RowTransition& t = transitions_[place];
    if (t.before == nullptr) return {};
    if (is_known_already(t)) return {&after_, *t.previous};
    return {&before_.results, before_.rows[place]};
  }

  /// As they would come if each row were a batch of its own.
  void send_dead_letters(OperatorOutput& out) const {
    auto refused = refused_.begin();
    for (const RowError& failed : after_.failed) {
      uint32_t row = rows_[failed.row];
      for (; refused != refused_.end() && refused->row < row; ++refused) out.dead_letter(batch_, *refused);
      out.dead_letter(after_.groups, failed);
    }
    for (; refused != refused_.end(); ++refused) out.dead_letter(batch_, *refused);
  }

  void decide(uint32_t place) {
    Moment before = moment_before(place);
    switch (after_.outcomes[place]) {
      case GroupResults::kFailed:
        return;
      case GroupResults::kVisible:
        if (!before.exists() || before.outcome() != GroupResults::kVisible || differs(before, place)) {
          emitted_.push_back(place);
        }
        return;
      case GroupResults::kWithheld:
        ++counts_.results_withheld;
        // Of a result that failed nobody knows what was visible before it: what may be there must go.
        if (before.exists() && before.outcome() != GroupResults::kWithheld) retract(before, place);
        return;
    }
  }

  bool differs(Moment before, uint32_t place) const {
    for (size_t i = program_.group.size(); i < program_.output.size(); ++i) {
      const Column& column = *before.results->results.columns[i];
      if (!same_slot(column, before.row, *after_.results.columns[i], place)) return true;
    }
    return false;
  }

  void retract(Moment before, uint32_t place) {
    emitted_.push_back(place);
    retracted_.push_back(place);
    if (before.outcome() == GroupResults::kVisible) previous_rows_.emplace_back(place, before);
  }

  ColumnBatch changes() {
    ColumnBatch batch = after_.results;
    batch.selection = std::move(emitted_);
    if (retracted_.empty()) return batch;
    system_->change.assign(transitions_.size(), Change::kInsert);
    for (uint32_t place : retracted_) system_->change[place] = Change::kRetract;
    for (size_t i = program_.group.size(); i < batch.columns.size(); ++i) {
      std::vector<SlotCopy> copies;
      for (const auto& [place, before] : previous_rows_) {
        copies.push_back({place, before.results->results.columns[i].get(), before.row});
      }
      batch.columns[i] = with_slots(*batch.columns[i], copies);
    }
    return batch;
  }

  const AggregateProgram& program_;
  const AggregateArguments& taken_;
  const ColumnBatch& batch_;
  std::span<const uint32_t> rows_;
  std::span<const RowTransition> transitions_;
  std::span<const RowError> refused_;
  StepCounts& counts_;

  std::shared_ptr<SystemColumns> system_;  // of after_.results; ours until they are emitted
  GroupResults after_;                     // by place
  ResultsBefore before_;
  std::vector<uint32_t> emitted_;                           // places, ascending
  std::vector<uint32_t> retracted_;                         // of them
  std::vector<std::pair<uint32_t, Moment>> previous_rows_;  // what the retracted rows were
};

}  // namespace

void emit_changes(const AggregateProgram& program, const AggregateArguments& taken, const ColumnBatch& batch,
                  std::span<const uint32_t> rows, std::span<const RowTransition> transitions,
                  std::span<const RowError> refused, StepCounts& counts, OperatorOutput& out) {
  ChangeEmitter(program, taken, batch, rows, transitions, refused, counts).run(out);
}

}  // namespace pactolus
