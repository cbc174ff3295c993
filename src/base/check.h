#pragma once

#include <string_view>

namespace pactolus {

/// Prints the failed condition and its place to standard error and aborts. Never returns.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, std::string_view message);

}  // namespace pactolus

/// States what must hold unless Pactolus itself has a bug. Always on. For the world (Kafka, disk) use Result,
/// for a user's YAML diagnostics, for a bad record a dead letter.
#define PACTOLUS_CHECK(condition, ...)                                                           \
  do {                                                                                           \
    if (!(condition)) [[unlikely]]                                                               \
      ::pactolus::check_failed(__FILE__, __LINE__, #condition, ::std::string_view{__VA_ARGS__}); \
  } while (false)

/// For the end of a function that returns earlier unless Pactolus has a bug.
#define PACTOLUS_UNREACHABLE(message) ::pactolus::check_failed(__FILE__, __LINE__, "unreachable", message)
