#pragma once

#include "base/types.h"

namespace pactolus {

/// The wall clock, passed in wherever processing time is needed. Nothing in the deterministic core reads one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual ProcessingTime now() const = 0;
};

/// The machine's clock. Threads: any.
class SystemClock final : public Clock {
 public:
  ProcessingTime now() const override;
};

/// A clock that moves only when told. Threads: one.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(ProcessingTime start) : now_(start) {}
  ProcessingTime now() const override { return now_; }
  void advance(Duration d) { now_ = now_ + d; }

 private:
  ProcessingTime now_;
};

}  // namespace pactolus
