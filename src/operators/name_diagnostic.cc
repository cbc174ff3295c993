#include "operators/name_diagnostic.h"

#include "config/source_text.h"

namespace pactolus {

Diagnostic name_diagnostic(const Node& context, const Name& name, std::string code, std::string message,
                           std::string hint) {
  return SourceText::verbatim(name.text, context.file(), name.position)
      .diagnostic(0, name.text.size(), std::move(code), std::move(message), std::move(hint));
}

Diagnostic not_available(const Node& node, const std::string& what, std::string hint) {
  return node.diagnostic("not-available", what + " is not available yet", std::move(hint));
}

}  // namespace pactolus
