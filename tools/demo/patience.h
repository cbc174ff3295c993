#pragma once

#include <chrono>
#include <thread>
#include <utility>

#include "base/result.h"
#include "log/ports.h"

namespace pactolus::demo {

/// Calls until the answer isn't "try again", for some seconds: a new topic has no leader yet, a broker may be
/// busy. The log's error becomes a plain one.
template <class Call>
auto with_patience(Call call) -> Result<typename decltype(call())::value_type> {
  constexpr std::chrono::seconds kPatience{30};
  constexpr std::chrono::milliseconds kPause{100};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    auto answer = call();
    if (answer.ok()) {
      if constexpr (std::is_void_v<typename decltype(call())::value_type>) {
        return {};
      } else {
        return std::move(answer).value();
      }
    }
    const bool again =
        answer.error().kind == LogErrorKind::kRetry && std::chrono::steady_clock::now() < deadline;
    if (!again) return Error{std::move(answer).error().message};
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace pactolus::demo
