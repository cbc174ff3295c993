#include "cli/waiting.h"

#include <algorithm>
#include <set>
#include <vector>

#include "config/quantities.h"
#include "data/text_format.h"
#include "operators/operator.h"
#include "state/row_image.h"

namespace pactolus {
namespace {

std::string text_of(EventTime time) {
  if (time == EventTime::min()) return "none yet";
  if (time == EventTime::max()) return "the end of the input";
  std::string text;
  append_rfc3339(time.micros(), text);
  return text;
}

/// One thing that the task's watermark is the lowest of.
struct Part {
  std::string name;
  EventTime watermark = EventTime::min();
  bool idle = false;
  std::string note;
};

class WaitingText {
 public:
  WaitingText(const StepPlace& place, const TaskId& task, const ChangelogFold& fold,
              const std::map<std::string, int64_t>& unread)
      : place_(place), task_(task), fold_(fold), epoch_(*fold.epoch()), unread_(unread) {}

  Result<std::string> run() {
    text_ = "task " + to_string(task_) + "\n";
    line("watermark", text_of(epoch_.watermark));
    for (const InputPlan& input : place_.sub->inputs) add_input(input);
    EventTime lowest = EventTime::max();
    for (const Part& part : parts_) {
      if (!part.idle) lowest = std::min(lowest, part.watermark);
    }
    for (const Part& part : parts_) {
      std::string told = part.idle ? "idle, so it holds nothing back" : text_of(part.watermark);
      if (!part.idle && part.watermark == lowest && parts_.size() > 1)
        told += ", which holds the others back";
      line(part.name, told + part.note);
    }
    PACTOLUS_TRY(add_step());
    return std::move(text_);
  }

 private:
  void line(const std::string& left, const std::string& right) {
    constexpr size_t kColumn = 34;
    std::string all = "  " + left;
    all.resize(std::max(all.size() + 2, kColumn), ' ');
    text_ += all + right + "\n";
  }

  std::string note_of(const std::string& topic) const {
    const auto unread = unread_.find(topic);
    if (unread == unread_.end() || unread->second <= 0) return "";
    return "; " + std::to_string(unread->second) + (unread->second == 1 ? " record is" : " records are") +
           " there and not read yet";
  }

  void add_input(const InputPlan& input) {
    if (input.is_of_tables()) return;
    if (input.source == nullptr) {
      add_upstreams(input);
      return;
    }
    for (const InputProgress& progress : epoch_.inputs) {
      if (progress.topic != input.topic()) continue;
      parts_.push_back({to_string(TopicPartition{progress.topic, task_.partition}),
                        std::max(progress.watermark, progress.floor), progress.idle, note_of(input.topic())});
    }
  }

  /// The tasks that write a repartition topic, and those of them that were never heard of.
  void add_upstreams(const InputPlan& input) {
    std::set<int32_t> heard;
    int32_t tasks = 1;
    for (const UpstreamProgress& upstream : epoch_.upstreams) {
      if (upstream.topic != input.topic()) continue;
      heard.insert(upstream.task);
      tasks = std::max(tasks, upstream.tasks);
      parts_.push_back({input.name() + ", from task " + std::to_string(upstream.task), upstream.watermark,
                        upstream.idle, note_of(input.topic())});
    }
    for (int32_t task = 0; task < tasks; ++task) {
      if (!heard.contains(task))
        parts_.push_back({input.name() + ", from task " + std::to_string(task), EventTime::min(), false,
                          ": nothing was heard of it"});
    }
  }

  /// What of the step waits: by the operator itself, over its state.
  Result<void> add_step() {
    StateStore store;
    const std::unique_ptr<Operator> op = place_.step->node->instantiate(store);
    for (const auto& table : store.tables()) PACTOLUS_TRY(restore(*table));
    op->set_watermark(epoch_.settled - place_.step->input_delay);
    const EventTime own = op->next_due();
    const EventTime due = own == EventTime::max() ? own : own + place_.step->input_delay;
    if (due == EventTime::max()) {
      line("step " + place_.step->name, "nothing of it waits for the watermark");
    } else if (due <= epoch_.watermark) {
      line("step " + place_.step->name, "what was due at " + text_of(due) + " is on its way");
    } else {
      std::string missing;
      if (epoch_.watermark != EventTime::min())
        missing = ": another " + pactolus::to_string(due - epoch_.watermark) + " of event time";
      line("step " + place_.step->name,
           std::to_string(store.rows()) + (store.rows() == 1 ? " row" : " rows") +
               " of state; next due when the watermark reaches " + text_of(due) + missing);
    }
    return {};
  }

  Result<void> restore(StateTable& table) const {
    const ChangelogFold::Entries* entries = fold_.find(table.layout().step(), table.layout().table());
    if (entries == nullptr) return {};
    for (const auto& [key, entry] : *entries) {
      const TableLayout* layout = fold_.layout(entry.layout_hash);
      if (layout == nullptr) return Error{"an entry without a layout descriptor"};
      const RowMapping mapping(*layout, table.layout());
      if (!mapping.refusal().empty()) return Error{mapping.refusal()};
      if (!table.restore({StateChange::kInsert, key, entry.image}, mapping, true))
        return Error{"a malformed entry"};
    }
    return {};
  }

  const StepPlace& place_;
  const TaskId& task_;
  const ChangelogFold& fold_;
  const EpochRecord& epoch_;
  const std::map<std::string, int64_t>& unread_;
  std::vector<Part> parts_;
  std::string text_;
};

}  // namespace

Result<std::string> explain_waiting(const StepPlace& place, const TaskId& task, const ChangelogFold& fold,
                                    const std::map<std::string, int64_t>& unread) {
  if (!fold.epoch()) return "task " + to_string(task) + "\n  nothing was committed yet\n";
  return WaitingText(place, task, fold, unread).run();
}

}  // namespace pactolus
