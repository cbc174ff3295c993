#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/types.h"

namespace pactolus {

/// A time in a state row, as microseconds since 1970.
inline EventTime time_at(const std::byte* bytes) {
  int64_t micros = 0;
  std::memcpy(&micros, bytes, sizeof micros);
  return EventTime{micros};
}

inline void put_time(EventTime time, std::byte* bytes) {
  const int64_t micros = time.micros();
  std::memcpy(bytes, &micros, sizeof micros);
}

}  // namespace pactolus
