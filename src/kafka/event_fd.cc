#include "kafka/event_fd.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "base/check.h"

namespace pactolus {

EventFd::EventFd() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  PACTOLUS_CHECK(fd_ >= 0, "no eventfd: out of file descriptors");
}

EventFd::~EventFd() { close(fd_); }

void EventFd::ring() {
  const uint64_t one = 1;
  // It fails only when the counter is full, and then it rings anyway.
  [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);
}

bool EventFd::wait(Duration timeout) {
  const auto nanos = std::chrono::nanoseconds{std::max(timeout, Duration{0})};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(nanos);
  const timespec limit{seconds.count(), (nanos - seconds).count()};
  pollfd waiting{fd_, POLLIN, 0};
  if (ppoll(&waiting, 1, &limit, nullptr) <= 0) return false;
  uint64_t rings = 0;
  return read(fd_, &rings, sizeof rings) == sizeof rings;
}

}  // namespace pactolus
