#pragma once

#include "base/types.h"

namespace pactolus {

/// Something to sleep on that librdkafka's queues and other threads can ring. Rings before a wait are not
/// lost. Threads: one waits, any rings.
class EventFd {
 public:
  EventFd();
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;
  ~EventFd();

  int fd() const { return fd_; }
  void ring();
  /// True if it rang, now or since the last wait; false after `timeout`.
  bool wait(Duration timeout);

 private:
  int fd_;
};

}  // namespace pactolus
