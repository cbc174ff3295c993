#pragma once

#include <fmt/core.h>

#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace pactolus {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// The program's log, passed in. A line when state changes, never a line per record. Keeps spdlog's headers,
/// which are slow to compile, in one file. Threads: any.
class Logger {
 public:
  explicit Logger(std::shared_ptr<spdlog::logger> target) : target_(std::move(target)) {}

  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(LogLevel::kDebug))
      write(LogLevel::kDebug, fmt::vformat(format, fmt::make_format_args(args...)));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(LogLevel::kInfo))
      write(LogLevel::kInfo, fmt::vformat(format, fmt::make_format_args(args...)));
  }
  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(LogLevel::kWarn))
      write(LogLevel::kWarn, fmt::vformat(format, fmt::make_format_args(args...)));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(LogLevel::kError))
      write(LogLevel::kError, fmt::vformat(format, fmt::make_format_args(args...)));
  }

  bool enabled(LogLevel level) const;
  void write(LogLevel level, std::string_view text);
  void flush();

 private:
  std::shared_ptr<spdlog::logger> target_;
};

enum class LogFormat { kText, kJson };

/// A thread-safe logger to standard error. `level` is one of trace, debug, info, warn, error.
std::shared_ptr<Logger> make_logger(const std::string& level, LogFormat format);
/// A logger that drops everything, for tests and virtual runs.
std::shared_ptr<Logger> make_silent_logger();

}  // namespace pactolus
