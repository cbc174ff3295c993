#include "state/stored_window.h"

namespace pactolus {

std::vector<std::optional<std::string>> DiskAccess::get(std::span<const std::string> keys) {
  auto values = tier_.get(keys);
  if (values) return std::move(*values);
  fail(std::move(values).error());
  return std::vector<std::optional<std::string>>(keys.size());
}

void DiskAccess::scan(std::string_view from, std::string_view until, const DiskTier::Visit& visit) {
  auto scanned = tier_.scan(from, until, visit);
  if (!scanned) fail(std::move(scanned).error());
}

void DiskAccess::scan_back(std::string_view from, std::string_view until, const DiskTier::Visit& visit) {
  auto scanned = tier_.scan_back(from, until, visit);
  if (!scanned) fail(std::move(scanned).error());
}

std::string end_of_prefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

}  // namespace pactolus
