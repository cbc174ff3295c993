#pragma once

#include <string>
#include <vector>

#include "operators/joining/table_rows.h"

namespace pactolus {

/// The rows of a table at their latest: the last that came, whatever the times.
class LatestRows final : public TableRows {
 public:
  LatestRows(const std::string& step, Schema key, StateStore& state);

  void put(std::span<const Row> rows) override;
  void find(std::span<const Lookup> wanted, std::span<std::optional<std::string_view>> images) override;

 private:
  void put_run(std::span<const Row> rows);

  StateTable& table_;
  // Scratch.
  std::vector<std::string_view> keys_;
  std::vector<std::byte*> states_;
};

}  // namespace pactolus
