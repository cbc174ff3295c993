#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <string>

namespace pactolus {

/// The program's log, passed in. A line when state changes, never a line per record.
using Logger = spdlog::logger;

enum class LogFormat { kText, kJson };

/// A thread-safe logger to standard error. `level` is one of trace, debug, info, warn, error.
std::shared_ptr<Logger> make_logger(const std::string& level, LogFormat format);
/// A logger that drops everything, for tests and virtual runs.
std::shared_ptr<Logger> make_silent_logger();

}  // namespace pactolus
