#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/diagnostic.h"
#include "config/document.h"
#include "config/secret.h"

namespace pactolus {

/// Looks up a variable of the environment; passed in, so that reading a file depends on nothing else.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The environment of this process.
Environment process_environment();

/// The text of a plain setting, with `${NAME}` and `${NAME:-default}` (when unset or empty, as in a shell)
/// replaced. The result is never read as YAML again. `node` is a scalar.
std::optional<std::string> expand_variables(const Node& node, const Environment& environment,
                                            Diagnostics& diagnostics);

/// The value that `!secret file:PATH` (without its last line break) or `!secret env:NAME` names. Relative
/// paths are relative to the working directory.
std::optional<Secret> read_secret(const Node& node, const Environment& environment, Diagnostics& diagnostics);

}  // namespace pactolus
