#include "runtime/watermark.h"

#include <algorithm>

namespace pactolus {

void TaskWatermark::reset(EventTime value, std::vector<UpstreamProgress> upstreams) {
  value_ = value;
  upstreams_ = std::move(upstreams);
}

bool TaskWatermark::hear(const std::string& topic, const ControlRecord& control) {
  auto same = [&](const UpstreamProgress& u) { return u.topic == topic && u.task == control.task; };
  auto found = std::find_if(upstreams_.begin(), upstreams_.end(), same);
  if (found == upstreams_.end()) {
    upstreams_.push_back({.topic = topic, .task = control.task});
    found = std::prev(upstreams_.end());
  }
  bool came_back = found->idle && !control.idle;
  found->tasks = control.tasks;
  found->idle = control.idle;
  found->watermark = std::max(found->watermark, control.watermark);
  return came_back;
}

bool TaskWatermark::is_complete(const TaskInput& table) const {
  return table.plan().source != nullptr || of_upstreams(table) != EventTime::min();
}

std::optional<EventTime> TaskWatermark::of(const TaskInput& input) const {
  if (input.is_table()) return std::nullopt;
  if (input.plan().source != nullptr) {
    if (input.progress().idle) return std::nullopt;
    return std::max(input.progress().watermark, input.progress().floor);
  }
  return of_upstreams(input);
}

std::optional<EventTime> TaskWatermark::of_upstreams(const TaskInput& input) const {
  std::optional<EventTime> lowest;
  int32_t heard = 0;
  int32_t tasks = 1;
  for (const UpstreamProgress& upstream : upstreams_) {
    if (upstream.topic != input.partition().topic) continue;
    ++heard;
    tasks = std::max(tasks, upstream.tasks);
    if (!upstream.idle) lowest = std::min(lowest.value_or(EventTime::max()), upstream.watermark);
  }
  return heard < tasks ? EventTime::min() : lowest;
}

EventTime TaskWatermark::minimum(std::span<const std::unique_ptr<TaskInput>> inputs,
                                 const TaskInput* except) const {
  EventTime lowest = EventTime::max();
  for (const auto& input : inputs) {
    if (input.get() != except) lowest = std::min(lowest, of(*input).value_or(EventTime::max()));
  }
  return lowest;
}

void TaskWatermark::update(std::span<const std::unique_ptr<TaskInput>> inputs) {
  value_ = std::max(value_, all_idle(inputs) ? maximum(inputs) : minimum(inputs, nullptr));
}

EventTime TaskWatermark::maximum(std::span<const std::unique_ptr<TaskInput>> inputs) const {
  EventTime highest = EventTime::min();
  for (const auto& input : inputs) {
    if (input->plan().source != nullptr && !input->is_table())
      highest = std::max(highest, input->progress().watermark);
  }
  for (const UpstreamProgress& upstream : upstreams_) highest = std::max(highest, upstream.watermark);
  return highest;
}

bool TaskWatermark::all_idle(std::span<const std::unique_ptr<TaskInput>> inputs) const {
  return std::none_of(inputs.begin(), inputs.end(),
                      [&](const auto& input) { return of(*input).has_value(); });
}

}  // namespace pactolus
