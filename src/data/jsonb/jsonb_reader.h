#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "data/text_format.h"

namespace pactolus {

/// The longest canonical text of a jsonb.
inline constexpr size_t kJsonbBytesMax = size_t{4} * 1024 * 1024;
/// Nested objects and arrays.
inline constexpr size_t kJsonbDepthMax = 256;

struct JsonbReading {
  size_t depth_max = kJsonbDepthMax;
  /// Refuses an object with equal keys (22030); otherwise the last one counts, as in PostgreSQL.
  bool unique_keys = false;
};

/// Reads a JSON text (UTF-8) and appends it as PostgreSQL prints it as jsonb. Errors: 22P02 and 22P05 as
/// PostgreSQL's, 22003 for a number that is too long written out, 54001 for what is nested too deeply, 54000
/// for what is longer than kJsonbBytesMax. What was appended then is unspecified.
TextResult<void> append_jsonb(std::string_view json, const JsonbReading& reading, std::string& out);

/// The same in `memory`, as PostgreSQL's input of jsonb reads it.
TextResult<std::string_view> parse_jsonb(std::string_view json, Arena& memory);

}  // namespace pactolus
