#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/types.h"
#include "config/document.h"
#include "config/environment.h"
#include "config/names.h"
#include "config/secret.h"
#include "config/source_text.h"
#include "config/spec.h"

namespace pactolus {

struct NamedExpression {
  Name name;
  SourceText expression;
};

/// One entry of a map of settings that are handed on as they stand.
struct Setting {
  Name name;
  std::variant<std::string, Secret> value;

  bool is_secret() const { return std::holds_alternative<Secret>(value); }
  /// For the one who needs it, never for a message.
  const std::string& reveal() const;
};

/// What a field of each kind reads as: kChoice as text, kSize and kInteger as int64_t. Nothing for kMap and
/// kAny.
using FieldValue =
    std::variant<std::monostate, SourceText, std::vector<NamedExpression>, Name, std::vector<Name>,
                 std::string, std::vector<std::string>, Duration, int64_t, bool, std::vector<Setting>>;

/// Reads a node as `spec` says. What is wrong is reported, and then there is no value. Without an environment
/// `${` in a plain setting is refused.
std::optional<FieldValue> read_field(const FieldSpec& spec, const Node& node, Diagnostics& diagnostics,
                                     const Environment* environment);

/// The default of a field, if it has one.
std::optional<FieldValue> default_of(const FieldSpec& spec);

}  // namespace pactolus
