#include "base/clock.h"

namespace pactolus {

ProcessingTime SystemClock::now() const {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return ProcessingTime{std::chrono::duration_cast<Duration>(since_epoch).count()};
}

}  // namespace pactolus
