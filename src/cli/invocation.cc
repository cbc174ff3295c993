#include <algorithm>
#include <ostream>

#include "base/nearest_name.h"
#include "cli/command.h"

namespace pactolus {
namespace {

std::string describe_unknown(const Command& command, const std::string& written) {
  std::vector<std::string> known = {"--help"};
  for (const OptionSpec& option : command.options) known.push_back("--" + std::string(option.name));
  std::string hint = did_you_mean(written, known);
  return "unknown option `" + written + "`" + (hint.empty() ? "" : "; " + hint);
}

/// Reads the words one by one. The first complaint ends it.
class InvocationParser {
 public:
  InvocationParser(const Command& command, std::span<const std::string> words)
      : command_(command), words_(words) {}

  bool parse() {
    bool options_ended = false;
    while (next_ < words_.size() && complaint_.empty()) {
      const std::string& word = words_[next_++];
      bool is_option = !options_ended && word.size() > 1 && word.front() == '-';
      if (is_option && word == "--") {
        options_ended = true;
      } else if (is_option) {
        take_option(word);
      } else {
        result_.operands.push_back(word);
      }
    }
    if (complaint_.empty()) count_operands();
    return complaint_.empty();
  }

  Invocation take() { return std::move(result_); }
  const std::string& complaint() const { return complaint_; }

 private:
  void take_option(const std::string& word) {
    size_t equals = word.find('=');
    std::string written = word.substr(0, equals);
    auto known = std::ranges::find_if(command_.options, [&](const OptionSpec& option) {
      return written.starts_with("--") && written.substr(2) == option.name;
    });
    if (known == command_.options.end()) {
      complaint_ = describe_unknown(command_, written);
    } else if (equals == std::string::npos && next_ == words_.size()) {
      complaint_ = "`" + written + "` needs a value: " + written + " " + std::string(known->value);
    } else {
      std::string value = equals == std::string::npos ? words_[next_++] : word.substr(equals + 1);
      bool is_new = result_.options.emplace(known->name, std::move(value)).second;
      if (!is_new) complaint_ = "`" + written + "` is given twice";
    }
  }

  void count_operands() {
    if (result_.operands.size() < command_.operands_min) {
      complaint_ = "`" + std::string(command_.name) + "` needs " + std::string(command_.operands);
    } else if (result_.operands.size() > command_.operands_max) {
      complaint_ = "unexpected `" + result_.operands[command_.operands_max] + "`";
    }
  }

  const Command& command_;
  std::span<const std::string> words_;
  size_t next_ = 0;
  Invocation result_;
  std::string complaint_;
};

}  // namespace

std::optional<std::string> Invocation::option(std::string_view name) const {
  auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  return found->second;
}

std::optional<Invocation> parse_invocation(const Command& command, std::span<const std::string> words,
                                           const Console& console) {
  InvocationParser parser(command, words);
  if (parser.parse()) return parser.take();
  console.err << "pactolus " << command.name << ": " << parser.complaint() << "\n"
              << "See: pactolus " << command.name << " --help\n";
  return std::nullopt;
}

bool asks_for_help(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "--help" || word == "-h") return true;
  }
  return false;
}

}  // namespace pactolus
