#include "aggregates/aggregate_cases.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace pactolus::testing {
namespace {

/// The rest behind a word that the line begins with.
std::optional<std::vector<std::string>> parts_behind(const std::string& word, const std::string& line) {
  return line.starts_with(word) ? std::optional(split_cells(line.substr(word.size()))) : std::nullopt;
}

AggregateCases::Group group_of(const std::vector<std::string>& parts) {
  AggregateCases::Group group{parts[0], {}};
  std::istringstream rows(parts.size() > 1 ? parts[1] : "");
  for (uint32_t row = 0; rows >> row;) group.rows.push_back(row - 1);
  return group;
}

}  // namespace

AggregateCases read_aggregate_cases() {
  AggregateCases table;
  const char* other = std::getenv("PACTOLUS_AGGREGATE_CASES");
  std::ifstream file(other != nullptr ? other : "tests/aggregates/cases.txt");
  REQUIRE(file.good());
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("! ")) line.erase(0, 2);
    if (auto column = parts_behind("column ", line)) {
      table.columns.push_back(text_column(*column));
    } else if (auto group = parts_behind("group ", line)) {
      table.groups.push_back(group_of(*group));
    } else {
      std::vector<std::string> parts = split_cells(line);
      INFO(line);
      REQUIRE(parts.size() >= 3);
      std::vector<std::string> values(parts.begin() + 2, parts.end());
      if (values.size() == 1) values.resize(table.groups.size(), values[0]);
      REQUIRE(values.size() == table.groups.size());
      table.cases.push_back({parts[0].substr(0, parts[0].find(" := ")), parts[1], std::move(values)});
    }
  }
  CHECK(table.cases.size() > 50);
  return table;
}

bool nearly_equal(const std::string& a, const std::string& b, double bound) {
  if (a == b) return true;
  char* end_a = nullptr;
  char* end_b = nullptr;
  const double left = std::strtod(a.c_str(), &end_a);
  const double right = std::strtod(b.c_str(), &end_b);
  bool numbers = !a.empty() && !b.empty() && *end_a == '\0' && *end_b == '\0';
  return numbers && std::abs(left - right) <= bound * std::max(std::abs(left), std::abs(right));
}

}  // namespace pactolus::testing
