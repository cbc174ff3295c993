#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace pactolus {

/// The first argument of PostgreSQL's format(), read.
struct TextTemplate {
  /// %[position$][-][width]s and %L: a value.
  struct Slot {
    bool quoted = false;                     // %L
    bool left = false;                       // aligned
    size_t value = 0;                        // the argument, counted from 0 behind the template
    int32_t width = 0;                       // in characters, at least
    std::optional<size_t> width_value = {};  // the argument that is the width; below zero: aligned left
  };

  std::vector<std::variant<std::string, Slot>> parts;

  /// PostgreSQL's message (SQLSTATE 22023 or 22003) for what is no template of so many values.
  static Result<TextTemplate> parse(std::string_view text, size_t values);
};

}  // namespace pactolus
