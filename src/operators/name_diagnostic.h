#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/document.h"
#include "config/names.h"
#include "data/schema.h"

namespace pactolus {

/// A finding about a name that was read from the file of `context`.
Diagnostic name_diagnostic(const Node& context, const Name& name, std::string code, std::string message,
                           std::string hint = "");

/// "did you mean `x`?", or, where nothing is that near, which names there are: "columns are `a`, `b`".
std::string name_hint(const std::string& name, const std::vector<std::string>& known,
                      const std::string& what);

/// A finding about a column whose values cannot be keys (is_key_kind); none: they can.
std::optional<Diagnostic> key_type_diagnostic(const Node& context, const Name& name, const Field& column);

/// A finding about something of the language that this release does not do yet.
Diagnostic not_available(const Node& node, const std::string& what, std::string hint = "");

}  // namespace pactolus
