#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace pactolus {

/// What went wrong in the world, as a sentence for the operator: what failed, why, the values at the end.
struct Error {
  std::string message;

  /// The same error one layer up: "phrase: message".
  Error within(std::string_view phrase) && {
    message.insert(0, ": ").insert(0, phrase);
    return std::move(*this);
  }
};

/// A value, or why there is none. `E` is Error, or a folder's own error with a class that its callers act on.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    check_ok();
    return std::get<0>(state_);
  }
  const T& value() const& {
    check_ok();
    return std::get<0>(state_);
  }
  T&& value() && {
    check_ok();
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const& {
    PACTOLUS_CHECK(!ok());
    return std::get<1>(state_);
  }
  E&& error() && {
    PACTOLUS_CHECK(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  void check_ok() const {
    if constexpr (requires(const E& e) { e.message; }) {
      PACTOLUS_CHECK(ok(), std::get<1>(state_).message);
    } else {
      PACTOLUS_CHECK(ok());
    }
  }

  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Result() = default;
  Result(E error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  void value() const { PACTOLUS_CHECK(ok()); }
  const E& error() const& {
    PACTOLUS_CHECK(!ok());
    return *error_;
  }
  E&& error() && {
    PACTOLUS_CHECK(!ok());
    return *std::move(error_);
  }

 private:
  std::optional<E> error_;
};

}  // namespace pactolus

/// Evaluates to the value of a Result, or returns its error from the calling function.
#define PACTOLUS_TRY(...)                                                 \
  __extension__({                                                         \
    auto&& pactolus_result = (__VA_ARGS__);                               \
    if (!pactolus_result.ok()) return std::move(pactolus_result).error(); \
    std::move(pactolus_result).value();                                   \
  })
