#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pactolus::bench {

/// A benchmark program's command line: `--name value` pairs. Anything else ends the program with status 2.
class Arguments {
 public:
  Arguments(int argc, char** argv);

  std::string text(const std::string& name) const;  // must be given
  std::string text(const std::string& name, const std::string& otherwise) const;
  uint64_t number(const std::string& name, uint64_t otherwise) const;

 private:
  std::map<std::string, std::string> values_;
};

/// The measurement cannot go on: says why and ends the program with status 1.
[[noreturn]] void give_up(const std::string& reason);

}  // namespace pactolus::bench
