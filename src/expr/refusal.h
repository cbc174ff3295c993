#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace pactolus {

/// Why arguments could never work, with what to write instead; `argument` is the one to blame, if it is one.
struct Refusal {
  std::string message;
  std::string hint = {};
  std::optional<size_t> argument = {};
};

}  // namespace pactolus
