#include "topology/explain.h"

#include <algorithm>
#include <optional>

#include "config/quantities.h"
#include "operators/state_names.h"
#include "state/state_store.h"
#include "topology/paragraph.h"

namespace pactolus {
namespace {

/// What is known of the number of partitions: of topics from outside as told, of our own as they follow from
/// that.
class PartitionCounts {
 public:
  PartitionCounts(const Plan& plan, const TopicPartitions& known) : plan_(plan), known_(known) {}

  std::optional<int32_t> of(const InputPlan& input) const {
    if (input.repartition) return of(*input.repartition);
    auto found = known_.find(input.source->topic);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<int32_t> of(const RepartitionPlan& topic) const {
    if (topic.partitions) return topic.partitions;
    int32_t most = 0;
    for (size_t writer : topic.sized_by) {
      const std::optional<int32_t> count = widest(plan_.sub_topologies[writer]);
      if (!count) return std::nullopt;
      most = std::max(most, *count);
    }
    return most;
  }

  /// Of the sub-topology's lead topic, which has one task for each.
  std::optional<int32_t> widest(const SubTopology& sub) const {
    int32_t widest = 0;
    for (const InputPlan& input : sub.inputs) {
      if (input.is_global()) continue;
      std::optional<int32_t> count = of(input);
      if (!count) return std::nullopt;
      widest = std::max(widest, *count);
    }
    return widest;
  }

  /// The input with the most partitions, the first by name of several; none: not known yet.
  const InputPlan* lead(const SubTopology& sub) const {
    const auto others = std::ranges::count_if(sub.inputs, [](const auto& i) { return !i.is_global(); });
    if (others == 1) return &sub.inputs.front();
    std::optional<int32_t> most = widest(sub);
    if (!most) return nullptr;
    const InputPlan* lead = nullptr;
    for (const InputPlan& input : sub.inputs) {
      if (!input.is_global() && of(input) == most && (lead == nullptr || input.topic() < lead->topic()))
        lead = &input;
    }
    return lead;
  }

 private:
  const Plan& plan_;
  const TopicPartitions& known_;
};

std::string counted(int64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string column_list(const Schema& schema, const std::vector<size_t>& columns) {
  std::string list;
  for (size_t column : columns) list += (list.empty() ? "" : ", ") + schema[column].name;
  return list;
}

std::string hexadecimal(uint64_t value) {
  std::string digits(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  return digits;
}

class Explanation {
 public:
  Explanation(const Plan& plan, const TopicPartitions& known) : plan_(plan), counts_(plan, known) {}

  std::string run() {
    text_ = "topology " + plan_.name + "\n";
    if (!plan_.description.empty()) text_ += paragraph(plan_.description, 2, 2);
    text_ += "  fingerprint " + hexadecimal(plan_.fingerprint) + "\n";
    for (const SubTopology& sub : plan_.sub_topologies) describe(sub);
    describe_hops();
    describe_shared_topics();
    return std::move(text_);
  }

 private:
  void line(size_t indent, const std::string& words) { text_ += paragraph(words, indent, indent + 2); }
  void entry(const std::string& label, const std::string& name, const std::string& words) {
    text_ += labelled(label, name, words);
  }

  void describe(const SubTopology& sub) {
    text_ += "\nsub-topology " + std::to_string(sub.index) + "\n";
    describe_tasks(sub);
    for (const InputPlan& input : sub.inputs) describe(input);
    for (const StepPlan& step : sub.steps) describe(step);
    for (const SinkPlan* sink : sub.sinks) describe(*sink);
    for (const auto& output : sub.repartitions)
      entry("writes", output.plan->topic, repartition_words(*output.plan));
    const InputPlan* lead = counts_.lead(sub);
    std::optional<int32_t> count = counts_.widest(sub);
    entry("creates", plan_.changelog_topic(lead ? lead->topic() : "<lead topic>"),
          (count ? counted(*count, "partition") + ", " : "") + "its state and its progress");
    if (sub.equal_partitions) line(2, "The topics that it reads must have the same number of partitions.");
  }

  void describe_tasks(const SubTopology& sub) {
    const InputPlan* lead = counts_.lead(sub);
    std::optional<int32_t> count = counts_.widest(sub);
    std::string of = "one for each partition of " + (lead ? lead->topic() : "the widest topic that it reads");
    text_ += labelled("tasks", (count ? std::to_string(*count) + ", " : "") + of);
  }

  void describe(const InputPlan& input) {
    std::optional<int32_t> count = counts_.of(input);
    std::string partitions = count ? counted(*count, "partition") : "";
    if (input.repartition) {
      entry("reads", input.topic(),
            (count ? partitions + ", " : "") + "the repartition topic of " + input.name());
      return;
    }
    const SourcePlan& source = *input.source;
    std::string key = source.key_columns.empty() ? "no key declared"
                                                 : "key " + column_list(source.schema, source.key_columns);
    std::string table =
        source.is_table() ? ", a table by " + column_list(source.schema, source.primary_key) : "";
    if (source.is_global) table += ", whole in every task";
    entry("reads", source.topic,
          (count ? partitions + ", " : "") + "as " + source.name + ", json, " + key + table);
    if (!source.time) {
      if (!source.is_table()) line(kDetail, "event time: the record's timestamp");
      return;
    }
    std::string time = "event time: " + source.schema[source.time->field].name;
    if (source.time->disorder > Duration{0})
      time += ", up to " + to_string(source.time->disorder) + " out of order";
    if (source.time->idle) time += ", idle after " + to_string(*source.time->idle);
    if (source.time->max_future) time += ", at most " + to_string(*source.time->max_future) + " ahead";
    line(kDetail, time);
  }

  void describe(const StepPlan& step) {
    std::string words = step.operation;
    if (step.operation == "output") words = "an output of " + step.name.substr(0, step.name.find('.'));
    if (step.operation == "select") words = "takes the columns that the topic carries";
    if (step.input_delay > Duration{0})
      words += ", " + to_string(step.input_delay) + " behind the task's watermark";
    entry("step", step.name, words);
    for (const auto& [setting, value] : step.node->describe()) line(kDetail, setting + ": " + value);
    StateStore state;
    step.node->instantiate(state);
    for (const auto& table : state.tables()) describe(table->layout());
  }

  void describe(const TableLayout& layout) {
    std::string key;
    for (const Field& field : layout.key().fields()) key += (key.empty() ? "" : ", ") + field.name;
    std::string per = key.empty() ? "one row" : "one row for each " + key;
    const std::string time = layout.table() == kSliceTable ? "slice" : "window";
    if (layout.windowed()) per += (key.empty() ? " for each " : " and ") + time;
    line(kDetail, "state: " + per + ", " + std::to_string(layout.row_size()) + " bytes and the key");
  }

  void describe(const SinkPlan& sink) {
    std::string key =
        sink.key_columns.empty() ? "no key" : "key " + column_list(sink.schema, sink.key_columns);
    entry("writes", sink.topic, "as " + sink.name + ", json, " + key + (sink.is_table ? ", a table" : ""));
  }

  std::string repartition_words(const RepartitionPlan& topic) const {
    return topic.key_columns.empty() ? "all rows in one partition"
                                     : "key " + column_list(topic.schema, topic.key_columns);
  }

  void describe_hops() {
    if (plan_.repartitions.empty()) {
      text_ += "\nhops: none, every step finds its rows where they are\n";
      return;
    }
    text_ += "\nhops\n";
    for (const auto& topic : plan_.repartitions) {
      std::optional<int32_t> count = counts_.of(*topic);
      entry("creates", topic->topic,
            (count ? counted(*count, "partition") + ", " : "") + repartition_words(*topic));
      line(kDetail, "because " + topic->reason);
      bool empty = topic->schema.size() == 0;
      line(kDetail,
           "carries " + (empty ? "no columns" : column_list(topic->schema, all_columns(topic->schema))));
    }
  }

  static std::vector<size_t> all_columns(const Schema& schema) {
    std::vector<size_t> columns(schema.size());
    for (size_t i = 0; i < columns.size(); ++i) columns[i] = i;
    return columns;
  }

  void describe_shared_topics() {
    text_ += "\nfor the whole topology\n";
    entry("creates", plan_.dead_letter_topic, "rows that could not be processed, and why");
    if (plan_.makes_decisions())
      entry("creates", plan_.decisions_topic(), "choices that a replay has to repeat");
  }

  static constexpr size_t kDetail = 12;

  const Plan& plan_;
  PartitionCounts counts_;
  std::string text_;
};

}  // namespace

std::string explain(const Plan& plan, const TopicPartitions& partitions) {
  return Explanation(plan, partitions).run();
}

}  // namespace pactolus
