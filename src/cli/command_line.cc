#include <algorithm>
#include <ostream>

#include "base/nearest_name.h"
#include "cli/command.h"

namespace pactolus {
namespace {

const Command* find_command(std::span<const Command* const> commands, std::string_view name) {
  auto found = std::ranges::find_if(commands, [&](const Command* command) { return command->name == name; });
  return found == commands.end() ? nullptr : *found;
}

int complain_unknown(std::span<const Command* const> commands, const std::string& word,
                     const Console& console) {
  bool is_option = word.starts_with('-');
  std::vector<std::string> known = {"help"};
  if (is_option) known = {"--help", "--version"};
  for (const Command* command : commands) {
    if (!is_option) known.emplace_back(command->name);
  }
  std::string hint = did_you_mean(word, known);
  console.err << "pactolus: unknown " << (is_option ? "option" : "command") << " `" << word << "`"
              << (hint.empty() ? "" : "; " + hint) << "\nSee: pactolus --help\n";
  return kExitUsage;
}

/// `pactolus help`, `pactolus help COMMAND`.
int show_help(std::span<const Command* const> commands, std::span<const std::string> words,
              const Console& console) {
  if (words.empty()) {
    console.out << global_help(commands);
    return kExitFine;
  }
  const Command* command = find_command(commands, words.front());
  if (command == nullptr) return complain_unknown(commands, words.front(), console);
  console.out << command_help(*command);
  return kExitFine;
}

int run_named(std::span<const Command* const> commands, std::span<const std::string> words,
              const Console& console) {
  if (words.empty()) {
    console.err << global_help(commands);
    return kExitUsage;
  }
  std::string name = words.front();
  std::span<const std::string> rest = words.subspan(1);
  if (name == "--help" || name == "-h" || name == "help") return show_help(commands, rest, console);
  if (name == "--version") name = "version";
  const Command* command = find_command(commands, name);
  if (command == nullptr) return complain_unknown(commands, name, console);
  if (asks_for_help(rest)) {
    console.out << command_help(*command);
    return kExitFine;
  }
  auto invocation = parse_invocation(*command, rest, console);
  return invocation ? command->run(*invocation, console) : kExitUsage;
}

}  // namespace

int run_command_line(std::span<const Command* const> commands, std::span<const std::string> words,
                     const Console& console) {
  int status = run_named(commands, words, console);
  console.out.flush();
  if (console.out.good()) return status;
  console.err << "pactolus: the output could not be written\n";
  return status == kExitFine ? kExitFindings : status;
}

}  // namespace pactolus
