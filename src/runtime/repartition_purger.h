#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/logger.h"
#include "log/ports.h"
#include "runtime/committer.h"
#include "runtime/probe.h"
#include "runtime/task_context.h"

namespace pactolus {

/// Deletes what committed transactions have read of repartition topics: nobody needs it again. That it fails
/// harms nothing. Threads: the worker's.
class RepartitionPurger {
 public:
  RepartitionPurger(const TaskContext& context, Duration interval, Probe probe, const Clock& clock,
                    Logger& logger)
      : context_(context),
        interval_(interval),
        probe_(probe),
        clock_(clock),
        logger_(logger),
        last_(clock.now()) {}

  /// When it is due. Never waits.
  void purge(const std::vector<std::unique_ptr<TaskSlot>>& slots, Admin& admin);

 private:
  void take_outcome();

  const TaskContext& context_;
  const Duration interval_;
  const Probe probe_;
  const Clock& clock_;
  Logger& logger_;
  ProcessingTime last_;
  std::unique_ptr<Deletion> deletion_;  // while one is under way
};

}  // namespace pactolus
