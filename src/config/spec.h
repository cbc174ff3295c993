#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pactolus {

/// What a field of a YAML map holds.
enum class FieldKind : uint8_t {
  kExpression,   // a PostgreSQL expression
  kExpressions,  // a map: new name → expression, in the file's order
  kName,         // the name of something declared elsewhere
  kStream,       // the name of a source, a step, or a step's output: `step.output`
  kNewName,      // a name declared here: not reserved by PostgreSQL
  kNames,        // one name or a list of names
  kText,         // a plain setting; `${NAME}` is replaced, as in all below but kMap and kAny
  kTexts,        // one text or a list of texts
  kChoice,       // one of `choices`
  kDuration,     // 250ms 10s 5m 1h 30d
  kSize,         // 512KiB 64MiB 1GiB
  kInteger,      // from `minimum` to `maximum`
  kBoolean,      // true false
  kSettings,     // a map: any key → text or `!secret`, in the file's order
  kMap,          // a map with the keys `fields`
  kAny,          // whatever its reader makes of it: take the node
};

/// "a duration such as 10s", for messages and docs.
std::string_view describe(FieldKind kind);

/// One key of a YAML map, declared. Documentation, the editor's schema and MapReader's checks are made of
/// these. Write tables of them as `const std::vector<FieldSpec>` that live as long as the program.
struct FieldSpec {
  std::string name;
  FieldKind kind = FieldKind::kText;
  bool required = false;
  std::optional<std::string> default_text =
      std::nullopt;  // as a user would write it; for kinds of one scalar
  std::vector<std::string> choices = {};
  int64_t minimum =
      std::numeric_limits<int64_t>::min();  // integers; durations in microseconds; sizes in bytes
  int64_t maximum = std::numeric_limits<int64_t>::max();
  std::string summary = {};  // one sentence, no full stop
  std::vector<FieldSpec> fields = {};
};

}  // namespace pactolus
