#pragma once

#include <mutex>

namespace pactolus {

/// Held around every call of libpg_query: it swaps the process's standard error for a pipe while it works, so
/// two calls at once could leave it swapped. Parsing happens at configuration time only; nobody waits long.
class PgQueryGuard {
 public:
  PgQueryGuard() : lock_(mutex()) {}

 private:
  static std::mutex& mutex() {
    static std::mutex instance;
    return instance;
  }

  std::lock_guard<std::mutex> lock_;
};

}  // namespace pactolus
