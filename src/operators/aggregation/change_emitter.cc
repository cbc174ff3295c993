#include "operators/aggregation/change_emitter.h"

#include "operators/aggregation/change_rows.h"
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

  void run(bool before_rows, OperatorOutput& out) {
    compute_after();
    compute_before();
    ChangeRows changes(after_.results, program_.lasting_columns());
    for (uint32_t place = 0; place < transitions_.size(); ++place) decide(place, before_rows, changes);
    send_dead_letters(out);
    if (!changes.empty()) out.emit(changes.batch());
  }

 private:
  /// The result of a group at one moment.
  struct Moment {
    const GroupResults* results = nullptr;  // none: the group did not exist
    uint32_t row = 0;
    bool is_visible() const { return results != nullptr && results->outcomes[row] == GroupResults::kVisible; }
  };

  void compute_after() {
    std::vector<GroupState> groups;
    groups.reserve(transitions_.size());
    for (const RowTransition& t : transitions_)
      groups.push_back({t.key, t.window_end, t.after != nullptr ? t.after : t.before});
    after_ = compute_results(program_, taken_, groups, system_columns(program_, batch_, groups, rows_));
    std::erase_if(after_.failed, [&](const RowError& error) { return is_gone(error.row); });
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
      groups.push_back({t.key, t.end_before.value_or(t.window_end), t.before});
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

  bool is_gone(uint32_t place) const { return transitions_[place].after == nullptr; }

  void decide(uint32_t place, bool before_rows, ChangeRows& changes) {
    const Moment before = moment_before(place);
    const GroupResults::Outcome outcome = after_.outcomes[place];
    if (!is_gone(place) && outcome == GroupResults::kFailed) ++counts_.dead_results;
    if (!is_gone(place) && outcome == GroupResults::kWithheld) ++counts_.results_withheld;
    const bool is_visible = !is_gone(place) && outcome == GroupResults::kVisible;
    if (before.is_visible() ? is_visible && !differs(before, place) : !is_visible) return;
    ++counts_.results_by_row;
    if (before.is_visible() && (before_rows || !is_visible)) {
      const auto values = std::span(before.results->results.columns).subspan(program_.lasting_columns());
      changes.add(is_visible ? Change::kReplaced : Change::kRetract, place, values, before.row);
    }
    if (is_visible) changes.insert(place);
  }

  bool differs(Moment before, uint32_t place) const {
    for (size_t i = program_.lasting_columns(); i < program_.output.size(); ++i) {
      const Column& column = *before.results->results.columns[i];
      if (!same_slot(column, before.row, *after_.results.columns[i], place)) return true;
    }
    return false;
  }

  const AggregateProgram& program_;
  const AggregateArguments& taken_;
  const ColumnBatch& batch_;
  std::span<const uint32_t> rows_;
  std::span<const RowTransition> transitions_;
  std::span<const RowError> refused_;
  StepCounts& counts_;

  GroupResults after_;  // by place; of a group that is gone, what it was
  ResultsBefore before_;
};

}  // namespace

void emit_changes(const AggregateProgram& program, const AggregateArguments& taken, const ColumnBatch& batch,
                  std::span<const uint32_t> rows, std::span<const RowTransition> transitions,
                  std::span<const RowError> refused, bool before_rows, StepCounts& counts,
                  OperatorOutput& out) {
  ChangeEmitter(program, taken, batch, rows, transitions, refused, counts).run(before_rows, out);
}

}  // namespace pactolus
