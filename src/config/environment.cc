#include "config/environment.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "config/names.h"

namespace pactolus {
namespace {

constexpr size_t kSecretBytesMax = 64 * 1024;
constexpr std::string_view kVariableHint = "write `${NAME}` or `${NAME:-default}`";

/// `NAME` or `NAME:-default`, as it stands between the braces.
struct Variable {
  explicit Variable(const std::string& inside)
      : name(inside.substr(0, inside.find(":-"))), has_default(name.size() < inside.size()) {
    if (has_default) default_value = inside.substr(name.size() + 2);
  }
  std::string name;
  bool has_default;
  std::string default_value;
};

std::optional<std::string> value_of(const Variable& variable, const Environment& environment) {
  std::optional<std::string> value = environment(variable.name);
  if (variable.has_default && (!value || value->empty())) return variable.default_value;
  return value;
}

std::optional<Secret> secret_from_file(const Node& node, const std::string& path, Diagnostics& diagnostics) {
  auto fail = [&](const std::string& why) {
    diagnostics.add(node.diagnostic("unreadable-secret", "cannot read the secret: " + why + ": " + path));
    return std::nullopt;
  };
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string value(kSecretBytesMax + 1, '\0');
  in.read(value.data(), static_cast<std::streamsize>(value.size()));
  if (!in.is_open() || in.bad()) return fail(std::strerror(errno));
  value.resize(static_cast<size_t>(in.gcount()));
  if (value.size() > kSecretBytesMax) return fail("the file is larger than 64 KiB");
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  if (value.empty()) return fail("the file is empty");
  return Secret(std::move(value));
}

std::optional<Secret> secret_from_variable(const Node& node, const std::string& name,
                                           const Environment& environment, Diagnostics& diagnostics) {
  std::optional<std::string> value = environment(name);
  if (value && !value->empty()) return Secret(*std::move(value));
  diagnostics.add(node.diagnostic("unset-variable", "the environment has no variable `" + name + "`"));
  return std::nullopt;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

std::optional<std::string> expand_variables(const Node& node, const Environment& environment,
                                            Diagnostics& diagnostics) {
  SourceText source = node.source_text();
  const std::string& text = source.text;
  std::string result;
  bool complete = true;
  for (size_t done = 0; done < text.size();) {
    size_t begin = text.find("${", done);
    result.append(text, done, begin - done);
    if (begin == std::string::npos) break;
    size_t end = text.find('}', begin);
    bool closed = end != std::string::npos;
    Variable variable(text.substr(begin + 2, closed ? end - begin - 2 : std::string::npos));
    done = closed ? end + 1 : text.size();
    if (!closed || !is_name(variable.name)) {
      diagnostics.add(source.diagnostic(begin, done - begin, "bad-variable",
                                        "not a variable of the environment", std::string(kVariableHint)));
      complete = false;
    } else if (auto value = value_of(variable, environment)) {
      result += *value;
    } else {
      diagnostics.add(source.diagnostic(begin, done - begin, "unset-variable",
                                        "the environment has no variable `" + variable.name + "`",
                                        "set it, or give a default: `${" + variable.name + ":-default}`"));
      complete = false;
    }
  }
  return complete ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<Secret> read_secret(const Node& node, const Environment& environment,
                                  Diagnostics& diagnostics) {
  std::optional<std::string> where = expand_variables(node, environment, diagnostics);
  if (!where) return std::nullopt;
  constexpr std::string_view kFile = "file:", kVariable = "env:";
  if (where->starts_with(kFile) && where->size() > kFile.size()) {
    return secret_from_file(node, where->substr(kFile.size()), diagnostics);
  }
  if (where->starts_with(kVariable) && is_name(std::string_view(*where).substr(kVariable.size()))) {
    return secret_from_variable(node, where->substr(kVariable.size()), environment, diagnostics);
  }
  diagnostics.add(node.diagnostic("bad-secret", "a secret is `!secret file:PATH` or `!secret env:NAME`"));
  return std::nullopt;
}

}  // namespace pactolus
