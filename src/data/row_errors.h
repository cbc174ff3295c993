#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pactolus {

/// Why one row of a batch could not be computed.
struct RowError {
  uint32_t row = 0;
  std::string code;     // PostgreSQL's SQLSTATE ("22012") or one of our stable codes ("late")
  std::string message;  // PostgreSQL's text where there is one ("division by zero")
};

/// The failing rows of a batch; everybody else's results stand. The first error of a row counts. Threads:
/// one.
class RowErrors {
 public:
  void add(uint32_t row, std::string code, std::string message);
  void add(uint32_t row, const char* code, const char* message);  // whose callers make no strings
  void add(std::vector<RowError> errors);
  bool empty() const { return errors_.empty(); }
  /// Ascending by row, one for each failing row.
  std::vector<RowError> take();

 private:
  std::vector<RowError> errors_;
};

/// Removes the rows of `errors` (ascending) from `selection` (ascending).
void remove_failed(std::vector<uint32_t>& selection, std::span<const RowError> errors);

}  // namespace pactolus
