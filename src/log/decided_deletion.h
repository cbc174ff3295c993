#pragma once

#include <optional>
#include <utility>

#include "log/ports.h"

namespace pactolus {

/// A deletion of which it is known at once what became of it. It tells at the second question: as with
/// brokers, the answer comes later.
class DecidedDeletion final : public Deletion {
 public:
  explicit DecidedDeletion(LogResult<void> outcome) : outcome_(std::move(outcome)) {}
  std::optional<LogResult<void>> outcome() override {
    const bool was_asked = std::exchange(asked_, true);
    return was_asked ? std::optional{std::move(outcome_)} : std::nullopt;
  }

 private:
  LogResult<void> outcome_;
  bool asked_ = false;
};

}  // namespace pactolus
