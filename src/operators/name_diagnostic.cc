#include "operators/name_diagnostic.h"

#include "base/nearest_name.h"
#include "config/source_text.h"

namespace pactolus {

Diagnostic name_diagnostic(const Node& context, const Name& name, std::string code, std::string message,
                           std::string hint) {
  return SourceText::verbatim(name.text, context.file(), name.position)
      .diagnostic(0, name.text.size(), std::move(code), std::move(message), std::move(hint));
}

std::string name_hint(const std::string& name, const std::vector<std::string>& known,
                      const std::string& what) {
  constexpr size_t kNamesMax = 12;
  std::string hint = did_you_mean(name, known);
  if (!hint.empty() || known.empty()) return hint;
  hint = what + " are ";
  for (size_t i = 0; i < known.size() && i < kNamesMax; ++i) hint += (i == 0 ? "`" : ", `") + known[i] + "`";
  return known.size() > kNamesMax ? hint + ", …" : hint;
}

std::optional<Diagnostic> key_type_diagnostic(const Node& context, const Name& name, const Field& column) {
  if (is_key_kind(column.type.kind)) return std::nullopt;
  return name_diagnostic(context, name, "key-type",
                         "`" + column.name + "` cannot be a key: it is " + to_string(column.type),
                         "a text can: CAST(" + column.name + " AS text) in a `project` step before");
}

Diagnostic not_available(const Node& node, const std::string& what, std::string hint) {
  return node.diagnostic("not-available", what + " is not available yet", std::move(hint));
}

}  // namespace pactolus
