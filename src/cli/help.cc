#include "cli/command.h"

namespace pactolus {
namespace {

/// Two columns, the second beginning at the same place in every line.
std::string table_line(std::string_view left, std::string_view right, size_t width) {
  std::string line = "  " + std::string(left);
  line.resize(std::max(line.size() + 2, width + 4), ' ');
  return line + std::string(right) + "\n";
}

}  // namespace

std::string global_help(std::span<const Command* const> commands) {
  std::string text =
      "Pactolus reads transaction topics from Kafka, runs topologies written in YAML and PostgreSQL\n"
      "expressions, and writes results back, exactly once.\n"
      "\n"
      "Usage: pactolus COMMAND [OPTIONS] [OPERANDS]\n"
      "\n"
      "From a new topology to a running one:\n"
      "  pactolus check topologies/                 # what is wrong, with line and column\n"
      "  pactolus test topologies/                  # its own tests; no Kafka needed\n"
      "  pactolus plan topologies/card-fraud.yaml   # tasks, topics and state that it will have\n"
      "  pactolus run --config config/pactolus.yaml topologies/\n"
      "\n"
      "Commands:\n";
  size_t width = 0;
  for (const Command* command : commands) width = std::max(width, command->name.size());
  for (const Command* command : commands) text += table_line(command->name, command->summary, width);
  text +=
      "\n"
      "More about one: pactolus COMMAND --help\n"
      "Exit status: 0 fine, 1 findings, 2 wrong usage, 78 a daemon's bad configuration.\n";
  return text;
}

std::string command_help(const Command& command) {
  std::string text = "pactolus " + std::string(command.name) + ": " + std::string(command.summary) + "\n\n";
  text += "Usage: pactolus " + std::string(command.name);
  for (const OptionSpec& option : command.options) {
    text += " [--" + std::string(option.name) + " " + std::string(option.value) + "]";
  }
  if (!command.operands.empty()) text += " " + std::string(command.operands);
  text += "\n\n" + std::string(command.help) + "\nOptions:\n";
  size_t width = std::string_view("--help").size();
  auto written = [](const OptionSpec& option) {
    return "--" + std::string(option.name) + " " + std::string(option.value);
  };
  for (const OptionSpec& option : command.options) width = std::max(width, written(option).size());
  for (const OptionSpec& option : command.options) text += table_line(written(option), option.summary, width);
  return text + table_line("--help", "this page", width);
}

}  // namespace pactolus
