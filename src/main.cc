#include <string>
#include <vector>

#include "cli/command.h"

/// Everything that the program can do; each command is a file of src/cli.
int main(int argc, char** argv) {
  using namespace pactolus;
  static const Command* const kCommands[] = {
      &kCheckCommand, &kPlanCommand, &kTestCommand,      &kRunCommand,
      &kStateCommand, &kWhyCommand,  &kFunctionsCommand, &kVersionCommand,
  };
  std::vector<std::string> words(argv + 1, argv + argc);
  return run_command_line(kCommands, words, standard_console());
}
