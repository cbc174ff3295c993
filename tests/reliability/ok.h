#pragma once

#include <catch2/catch.hpp>
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

}  // namespace pactolus::testing
