#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pactolus {

/// A piece of the text: a number (digits, with sign, fraction or `years-months`), a time of day, a word, or
/// what PostgreSQL would take for the name of a zone.
struct IntervalToken {
  enum Kind : uint8_t { kNumber, kTime, kWord, kZone } kind;
  bool is_signed = false;
  bool negative = false;
  std::string_view text;  // without its sign
};

struct IntervalTokens {
  static constexpr size_t kMax = 25;
  std::array<IntervalToken, kMax> list;
  size_t count = 0;
};

/// Cuts an interval's text into tokens: the field splitter of PostgreSQL's ParseDateTime, as far as intervals
/// need it. False: malformed, or more tokens than PostgreSQL takes.
bool split_interval(std::string_view text, IntervalTokens& tokens);

}  // namespace pactolus
