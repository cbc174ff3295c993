#pragma once

#include <string>
#include <utility>

namespace pactolus {

/// A value that must not be seen: nothing prints it, only reveal() gives it away.
class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace pactolus
