#include "base/nearest_name.h"

#include <algorithm>
#include <vector>

namespace pactolus {
namespace {

/// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours count 1.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t substitution = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::optional<std::string> nearest_name(std::string_view name, std::span<const std::string> known) {
  constexpr size_t kLongestName = 256;
  if (name.size() > kLongestName) return std::nullopt;
  std::string wanted = lower_case(name);
  size_t best = std::max<size_t>(1, name.size() / 3) + 1;
  std::optional<std::string> result;
  for (const std::string& candidate : known) {
    if (candidate.size() > kLongestName) continue;
    size_t d = distance(wanted, lower_case(candidate));
    if (d < best) {
      best = d;
      result = candidate;
    }
  }
  return result;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  auto nearest = nearest_name(name, known);
  return nearest ? "did you mean `" + *nearest + "`?" : "";
}

}  // namespace pactolus
