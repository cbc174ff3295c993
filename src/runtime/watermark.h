#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/repartition_record.h"
#include "runtime/task_input.h"
#include "state/epoch_record.h"

namespace pactolus {

/// The task's event time: the minimum over its source partitions and the upstream tasks of its repartition
/// inputs, idle ones and tables left out. Never falls. An upstream task that was never heard holds it at the
/// beginning of time. Threads: the task's.
class TaskWatermark {
 public:
  EventTime value() const { return value_; }
  const std::vector<UpstreamProgress>& upstreams() const { return upstreams_; }
  void reset(EventTime value, std::vector<UpstreamProgress> upstreams);

  /// Takes note of a control record. True: the upstream task came back from being idle.
  bool hear(const std::string& topic, const ControlRecord& control);
  /// The minimum over all inputs but `except` (nullptr: all); EventTime::max() if none of them counts.
  EventTime minimum(std::span<const std::unique_ptr<TaskInput>> inputs, const TaskInput* except) const;
  /// Raises the value to the minimum; once all are idle, to the maximum, as if the furthest one had gone idle
  /// last.
  void update(std::span<const std::unique_ptr<TaskInput>> inputs);
  /// No input counts: all are idle.
  bool all_idle(std::span<const std::unique_ptr<TaskInput>> inputs) const;
  /// All tasks that a table's rows come from have said that they had read it to its end once. (What is read
  /// from the source itself shows its end.)
  bool is_complete(const TaskInput& table) const;

 private:
  /// The input's contribution; none: idle.
  std::optional<EventTime> of(const TaskInput& input) const;
  std::optional<EventTime> of_upstreams(const TaskInput& input) const;
  EventTime maximum(std::span<const std::unique_ptr<TaskInput>> inputs) const;

  EventTime value_ = EventTime::min();
  std::vector<UpstreamProgress> upstreams_;
};

}  // namespace pactolus
