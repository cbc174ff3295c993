#include "cli/console.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace pactolus {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kRed:
      return "31";
    case Colour::kGreen:
      return "32";
    case Colour::kYellow:
      return "33";
    case Colour::kBold:
      return "1";
    case Colour::kFaint:
      break;
  }
  return "2";
}

bool wants_colours() {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  bool can = terminal != nullptr && std::string_view(terminal) != "dumb";
  return can && (refused == nullptr || *refused == '\0') && isatty(STDOUT_FILENO) == 1;
}

}  // namespace

std::string Console::paint(Colour colour, std::string_view text) const {
  if (!colours) return std::string(text);
  return "\x1b[" + std::string(code_of(colour)) + "m" + std::string(text) + "\x1b[0m";
}

Console standard_console() { return {std::cout, std::cerr, wants_colours()}; }

}  // namespace pactolus
