#include "exactness/results_audit.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

namespace pactolus::testing {
namespace {

using Sum = std::pair<int64_t, int64_t>;         // events, cents
using Window = std::pair<std::string, int64_t>;  // group, minute

/// The number behind "name": in a flat JSON object, its point removed: exact cents for numeric(12,2).
std::optional<int64_t> number_of(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":");
  if (at == std::string::npos) return std::nullopt;
  std::string digits;
  for (size_t i = at + name.size() + 3; i < json.size() && json[i] != ',' && json[i] != '}'; ++i) {
    if (json[i] != '.') digits += json[i];
  }
  bool is_number = !digits.empty() && digits.find_first_not_of("-0123456789") == std::string::npos;
  return is_number ? std::optional<int64_t>{std::stoll(digits)} : std::nullopt;
}

std::optional<std::string> text_of(const std::string& json, const std::string& name) {
  size_t at = json.find("\"" + name + "\":\"");
  if (at == std::string::npos) return std::nullopt;
  size_t begin = at + name.size() + 4;
  return json.substr(begin, json.find('"', begin) - begin);
}

/// Since the year began, of "2026-01-02T03:04:00Z".
int64_t minute_of(const std::string& time) {
  auto number = [&](size_t at) { return std::stoll(time.substr(at, 2)); };
  return (number(8) - 1) * 1440 + number(11) * 60 + number(14);
}

std::string shown(int64_t id) { return "event " + std::to_string(id); }
std::string shown(const Sum& sum) {
  return std::to_string(sum.first) + " events of " + std::to_string(sum.second) + " cents";
}

/// The first place where two sequences of a key differ.
template <class T>
void compare(const std::string& what, const std::string& key, const std::vector<T>& wanted,
             const std::vector<T>& got, Findings& findings) {
  auto [want, have] = std::mismatch(wanted.begin(), wanted.end(), got.begin(), got.end());
  if (want == wanted.end() && have == got.end()) return;
  findings.push_back(what + " of " + key + ": row " + std::to_string(want - wanted.begin()) + " should be " +
                     (want == wanted.end() ? "none" : shown(*want)) + " and is " +
                     (have == got.end() ? "none" : shown(*have)) + " (" + std::to_string(wanted.size()) +
                     " wanted, " + std::to_string(got.size()) + " found)");
}

/// The sequence without the rows that were there before.
template <class T>
std::vector<T> without_repeats(const std::vector<T>& rows) {
  std::set<T> seen;
  std::vector<T> first;
  std::ranges::copy_if(rows, std::back_inserter(first),
                       [&](const T& row) { return seen.insert(row).second; });
  return first;
}

template <class T>
using PerKey = std::map<std::string, std::vector<T>>;

template <class T>
Findings compare_all(const std::string& what, const PerKey<T>& wanted, PerKey<T> got, Repeats repeats,
                     Findings findings) {
  const std::vector<T> none;
  if (repeats == Repeats::kAllowed) {
    for (auto& [key, rows] : got) rows = without_repeats(rows);
  }
  for (const auto& [key, rows] : wanted)
    compare(what, key, rows, got.contains(key) ? got.at(key) : none, findings);
  for (const auto& [key, rows] : got) {
    if (!wanted.contains(key)) compare(what, key, none, rows, findings);
  }
  return findings;
}

std::map<Window, Sum> windows_of(std::span<const Event> events, int64_t closed_second) {
  std::map<Window, Sum> windows;
  for (const Event& event : events) {
    int64_t minute = event.second / 60;
    if (!event.passes() || (minute + 1) * 60 > closed_second) continue;
    auto& [n, total] = windows[{event.g, minute}];
    ++n;
    total += event.cents;
  }
  return windows;
}

/// By id: whether the passing event is answered, of those that have come out.
std::map<int64_t, bool> answers_of(std::span<const Event> events, int64_t closed_second) {
  constexpr int64_t kWithin = 60;
  std::map<int64_t, bool> answers;
  for (const Event& event : events) {
    if (event.passes() && (event.answered || event.second < closed_second - kWithin))
      answers[event.id] = event.answered;
  }
  return answers;
}

}  // namespace

Findings audit_passed(std::span<const Event> events, std::span<const std::string> values, Repeats repeats) {
  PerKey<int64_t> wanted;
  for (const Event& event : events) {
    if (event.passes()) wanted[event.k].push_back(event.id);
  }
  Findings findings;
  PerKey<int64_t> got;
  for (const std::string& value : values) {
    auto k = text_of(value, "k");
    auto id = number_of(value, "id");
    if (k && id) {
      got[*k].push_back(*id);
    } else {
      findings.push_back("passed: not a row: " + value);
    }
  }
  return compare_all("passed", wanted, std::move(got), repeats, std::move(findings));
}

Findings audit_counts(std::span<const Event> events, std::span<const std::string> values, Repeats repeats) {
  std::map<std::string, Sum> sums;
  PerKey<Sum> wanted;
  for (const Event& event : events) {
    if (!event.passes()) continue;
    Sum& sum = sums[event.k];
    ++sum.first;
    sum.second += event.cents;
    wanted[event.k].push_back(sum);
  }
  Findings findings;
  PerKey<Sum> got;
  for (const std::string& value : values) {
    auto k = text_of(value, "k");
    auto n = number_of(value, "n");
    auto total = number_of(value, "total");
    if (k && n && total) {
      got[*k].emplace_back(*n, *total);
    } else {
      findings.push_back("counts: not a row: " + value);
    }
  }
  return compare_all("counts", wanted, std::move(got), repeats, std::move(findings));
}

Findings audit_minutes(std::span<const Event> events, std::span<const std::string> values,
                       int64_t closed_second, Repeats repeats) {
  auto name = [](const Window& window) {
    return window.first + " at minute " + std::to_string(window.second);
  };
  PerKey<Sum> wanted;
  for (const auto& [window, sum] : windows_of(events, closed_second)) wanted[name(window)].push_back(sum);
  Findings findings;
  PerKey<Sum> got;
  for (const std::string& value : values) {
    auto g = text_of(value, "g");
    auto start = text_of(value, "window_start");
    auto n = number_of(value, "n");
    auto total = number_of(value, "total");
    if (g && start && start->size() >= 16 && n && total) {
      got[name({*g, minute_of(*start)})].emplace_back(*n, *total);
    } else {
      findings.push_back("minutes: not a row: " + value);
    }
  }
  return compare_all("minutes", wanted, std::move(got), repeats, std::move(findings));
}

Findings audit_answered(std::span<const Event> events, std::span<const std::string> values,
                        int64_t closed_second, Repeats repeats) {
  constexpr int64_t kNoReply = -1;
  PerKey<int64_t> wanted;
  for (const auto& [id, answered] : answers_of(events, closed_second))
    wanted["event " + std::to_string(id)] = {answered ? id : kNoReply};
  Findings findings;
  PerKey<int64_t> got;
  for (const std::string& value : values) {
    auto id = number_of(value, "id");
    auto reply = value.ends_with("\"reply\":null}") ? std::optional{kNoReply} : number_of(value, "reply");
    if (id && reply && value.ends_with("}")) {
      got["event " + std::to_string(*id)].push_back(*reply);
    } else {
      findings.push_back("answered: not a row: " + value);
    }
  }
  return compare_all("reply", wanted, std::move(got), repeats, std::move(findings));
}

Findings audit_dead_letters(std::span<const Event> events, std::span<const std::string> values,
                            Repeats repeats) {
  std::map<std::string, int64_t> surplus;
  for (const std::string& value : values) {
    int64_t& count = surplus[value];
    count = repeats == Repeats::kAllowed ? 1 : count + 1;
  }
  for (const Event& event : events) {
    if (event.broken) --surplus[event.json()];
  }
  Findings findings;
  for (const auto& [value, count] : surplus) {
    if (count < 0) findings.push_back("dead letters: missing: " + value);
    if (count > 0) findings.push_back("dead letters: too many: " + value);
  }
  return findings;
}

ResultCounts expected_counts(std::span<const Event> events, int64_t closed_second) {
  ResultCounts counts;
  for (const Event& event : events) {
    counts.passed += event.passes() ? 1 : 0;
    counts.dead_letters += event.broken ? 1 : 0;
  }
  counts.minutes = windows_of(events, closed_second).size();
  counts.answered = answers_of(events, closed_second).size();
  return counts;
}

}  // namespace pactolus::testing
