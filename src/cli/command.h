#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console.h"

namespace pactolus {

/// What a command tells the shell.
enum ExitStatus : int {
  kExitFine = 0,
  kExitFindings = 1,       // the user's files, tests, or a running daemon failed
  kExitUsage = 2,          // the command line itself is wrong
  kExitConfiguration = 78  // a daemon cannot start as it is configured (EX_CONFIG)
};

/// `--name VALUE`. Every option takes a value; --help is known to all commands.
struct OptionSpec {
  std::string_view name;     // "config"
  std::string_view value;    // how help names its value: "FILE"
  std::string_view summary;  // for help
};

/// The words behind a command's name, sorted out.
struct Invocation {
  std::vector<std::string> operands;
  std::map<std::string, std::string, std::less<>> options;

  std::optional<std::string> option(std::string_view name) const;
};

/// A sub-command: one file of this folder each. Immutable.
struct Command {
  std::string_view name;
  std::string_view summary;   // one line, for the list of commands
  std::string_view operands;  // how help names them: "FILE|FOLDER..."
  size_t operands_min = 0;
  size_t operands_max = SIZE_MAX;
  std::span<const OptionSpec> options;
  std::string_view help;  // what it does, by example, and its exit status
  int (*run)(const Invocation& invocation, const Console& console) = nullptr;
};

extern const Command kCheckCommand;
extern const Command kPlanCommand;
extern const Command kTestCommand;
extern const Command kRunCommand;
extern const Command kStateCommand;
extern const Command kWhyCommand;
extern const Command kFunctionsCommand;
extern const Command kVersionCommand;

/// Sorts out the words behind the command's name. None: `console.err` says what is wrong with them.
std::optional<Invocation> parse_invocation(const Command& command, std::span<const std::string> words,
                                           const Console& console);
/// Whether --help or -h stands among the words (before a `--`).
bool asks_for_help(std::span<const std::string> words);

std::string global_help(std::span<const Command* const> commands);
std::string command_help(const Command& command);

/// Finds the command that the words name and runs it, or shows help. The process's exit status.
int run_command_line(std::span<const Command* const> commands, std::span<const std::string> words,
                     const Console& console);

}  // namespace pactolus
