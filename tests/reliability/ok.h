#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <type_traits>
#include <utility>

#include "log/ports.h"

namespace pactolus::testing {

/// What a call of a port gives; the test fails if it fails.
template <class T>
T ok(LogResult<T> result) {
  if (!result.ok()) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// How long anything may take before a test fails; a Kafka that is being broken may need some of it.
constexpr std::chrono::minutes kPatience{2};
constexpr std::chrono::milliseconds kLookInterval{50};

/// What a call gives once it says something else than kRetry.
template <class Call>
auto patiently(Call call) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  auto result = call();
  while (!result.ok() && result.error().kind == LogErrorKind::kRetry &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLookInterval);
    result = call();
  }
  return ok(std::move(result));
}

}  // namespace pactolus::testing
