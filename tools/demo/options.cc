#include "options.h"

#include <charconv>
#include <limits>
#include <string_view>

namespace pactolus::demo {

namespace {

template <class T>
Result<void> read_number(std::string_view name, std::string_view text, int64_t least, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (whole && static_cast<int64_t>(number) >= least) return {};
  return Error{std::string{name} + " must be a whole number from " + std::to_string(least) + " on, not " +
               std::string{text}};
}

Result<void> read_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--bootstrap") {
    options.bootstrap = value;
    return {};
  }
  if (name == "--replication") return read_number(name, value, 1, options.replication);
  if (name == "--partitions") return read_number(name, value, 1, options.partitions);
  if (name == "--seconds") return read_number(name, value, 1, options.seconds);
  if (name == "--rate") return read_number(name, value, 1, options.rate);
  if (name == "--seed") return read_number(name, value, 0, options.seed);
  if (name == "--history") return read_number(name, value, 0, options.history_seconds);
  if (name == "--pid") return read_number(name, value, 1, options.pid);
  return Error{"unknown option " + std::string{name}};
}

}  // namespace

Result<Options> parse_options(std::span<char* const> arguments) {
  Options options;
  if (arguments.empty()) return Error{"a command is missing"};
  const std::string_view command = arguments.front();
  if (command != "topics" && command != "run") return Error{"unknown command " + std::string{command}};
  options.command = command == "topics" ? Options::kTopics : Options::kRun;
  for (size_t i = 1; i < arguments.size(); i += 2) {
    if (i + 1 == arguments.size()) return Error{std::string{arguments[i]} + " needs a value"};
    PACTOLUS_TRY(read_option(arguments[i], arguments[i + 1], options));
  }
  if (options.bootstrap.empty()) return Error{"--bootstrap is missing"};
  return options;
}

std::string usage() {
  return "Usage: pactolus-demo topics|run --bootstrap HOST:PORT [OPTIONS]\n"
         "  topics              makes the demo's topics, unless they exist\n"
         "    --partitions N    of new topics (4)\n"
         "    --replication N   of new topics (1)\n"
         "  run                 produces trades, shows and checks what Pactolus makes of them\n"
         "    --seconds N       then ends; without it: Ctrl-C ends\n"
         "    --rate N          trades a second (1000)\n"
         "    --seed N          of the made-up trades (1)\n"
         "    --history N       seconds of trades to begin with (120)\n"
         "    --pid N           the running Pactolus: gives up when it ends\n"
         "Exit status: 0 if every result equals its recomputation, 1 if not, 2 for wrong usage.\n";
}

}  // namespace pactolus::demo
