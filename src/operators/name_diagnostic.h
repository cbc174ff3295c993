#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/document.h"
#include "config/names.h"

namespace pactolus {

/// A finding about a name that was read from the file of `context`.
Diagnostic name_diagnostic(const Node& context, const Name& name, std::string code, std::string message,
                           std::string hint = "");

/// "did you mean `x`?", or, where nothing is that near, which names there are: "columns are `a`, `b`".
std::string name_hint(const std::string& name, const std::vector<std::string>& known,
                      const std::string& what);

/// A finding about something of the language that this release does not do yet.
Diagnostic not_available(const Node& node, const std::string& what, std::string hint = "");

}  // namespace pactolus
