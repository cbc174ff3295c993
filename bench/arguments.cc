#include "arguments.h"

#include <charconv>
#include <cstdlib>
#include <iostream>

namespace pactolus::bench {

namespace {

[[noreturn]] void wrong_usage(const std::string& problem) {
  std::cerr << problem << "; bench/README.md says how to run it\n";
  std::exit(2);
}

}  // namespace

Arguments::Arguments(int argc, char** argv) {
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (!name.starts_with("--")) wrong_usage(name + " is no option");
    if (i + 1 == argc) wrong_usage(name + " needs a value");
    values_[name.substr(2)] = argv[i + 1];
  }
}

std::string Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) wrong_usage("--" + name + " is missing");
  return found->second;
}

std::string Arguments::text(const std::string& name, const std::string& otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : found->second;
}

uint64_t Arguments::number(const std::string& name, uint64_t otherwise) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  const std::string& text = found->second;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    wrong_usage("--" + name + " needs a whole number");
  return value;
}

void give_up(const std::string& reason) {
  std::cerr << reason << "\n";
  std::exit(1);
}

}  // namespace pactolus::bench
