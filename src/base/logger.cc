#include "base/logger.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace pactolus {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

/// The message as the inside of a JSON string.
class JsonEscapedMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& msg, const std::tm&, spdlog::memory_buf_t& out) override {
    for (char c : msg.payload) {
      auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (byte < 0x20) {
        constexpr char kHex[] = "0123456789abcdef";
        for (char e : {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]}) out.push_back(e);
      } else {
        out.push_back(c);
      }
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<JsonEscapedMessage>();
  }
};

}  // namespace

bool Logger::enabled(LogLevel level) const { return target_->should_log(spdlog_level(level)); }

void Logger::write(LogLevel level, std::string_view text) {
  target_->log(spdlog_level(level), spdlog::string_view_t(text.data(), text.size()));
}

void Logger::flush() { target_->flush(); }

std::shared_ptr<Logger> make_logger(const std::string& level, LogFormat format) {
  auto target =
      std::make_shared<spdlog::logger>("pactolus", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  target->set_level(spdlog::level::from_str(level));
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonEscapedMessage>('*').set_pattern(
      format == LogFormat::kJson
          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,"message":"%*"})"
          : "%Y-%m-%dT%H:%M:%S.%eZ %-5l %v");
  target->set_formatter(std::move(formatter));
  target->flush_on(spdlog::level::info);
  return std::make_shared<Logger>(std::move(target));
}

std::shared_ptr<Logger> make_silent_logger() {
  return std::make_shared<Logger>(
      std::make_shared<spdlog::logger>("silent", std::make_shared<spdlog::sinks::null_sink_mt>()));
}

}  // namespace pactolus
