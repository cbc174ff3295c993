#include "stop_signal.h"

#include <signal.h>

namespace pactolus::demo {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool StopSignal::take() {
  const sigset_t set = stop_signals();
  const timespec now{};
  return sigtimedwait(&set, nullptr, &now) > 0;
}

}  // namespace pactolus::demo
