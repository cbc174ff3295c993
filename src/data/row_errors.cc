#include "data/row_errors.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pactolus {

void RowErrors::add(uint32_t row, std::string code, std::string message) {
  errors_.push_back({row, std::move(code), std::move(message)});
}

void RowErrors::add(uint32_t row, const char* code, const char* message) {
  add(row, std::string(code), std::string(message));
}

void RowErrors::add(std::vector<RowError> errors) {
  errors_.insert(errors_.end(), std::move_iterator(errors.begin()), std::move_iterator(errors.end()));
}

std::vector<RowError> RowErrors::take() {
  std::stable_sort(errors_.begin(), errors_.end(),
                   [](const RowError& a, const RowError& b) { return a.row < b.row; });
  auto repeated = std::unique(errors_.begin(), errors_.end(),
                              [](const RowError& a, const RowError& b) { return a.row == b.row; });
  errors_.erase(repeated, errors_.end());
  return std::exchange(errors_, {});
}

void remove_failed(std::vector<uint32_t>& selection, std::span<const RowError> errors) {
  if (errors.empty()) return;
  auto failed = errors.begin();
  std::erase_if(selection, [&](uint32_t row) {
    while (failed != errors.end() && failed->row < row) ++failed;
    return failed != errors.end() && failed->row == row;
  });
}

}  // namespace pactolus
