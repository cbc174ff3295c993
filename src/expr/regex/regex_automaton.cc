#include "expr/regex/regex_automaton.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace pactolus {
namespace {

re2::RE2::Options options(RegexPreference preference) {
  re2::RE2::Options options;
  options.set_longest_match(preference != RegexPreference::kShortest);
  options.set_max_mem(kRegexMemoryBytesMax);
  options.set_never_capture(true);
  options.set_log_errors(false);
  return options;
}

}  // namespace

Result<RegexAutomaton, RegexError> RegexAutomaton::compile(const std::string& re2_text,
                                                           RegexPreference preference) {
  auto automaton = std::make_unique<const re2::RE2>(re2_text, options(preference));
  RegexError too_large{
      fmt::format("the regular expression is too large: more than {} instructions", kRegexInstructionsMax),
      "54000"};
  switch (automaton->error_code()) {
    case re2::RE2::NoError:
      break;
    case re2::RE2::ErrorPatternTooLarge:
      return too_large;
    case re2::RE2::ErrorRepeatSize:
      return RegexError{"the regular expression's nested repetitions come to more than 1000", "54000"};
    default:
      // What was parsed and written out by us has no syntax errors.
      return RegexError{"invalid regular expression: " + automaton->error()};
  }
  // RE2 searches backwards, too; -1: that one is too large for its memory.
  int backwards = automaton->ReverseProgramSize();
  if (backwards < 0 || std::max(automaton->ProgramSize(), backwards) > kRegexInstructionsMax)
    return too_large;
  return RegexAutomaton(std::move(automaton), preference);
}

RegexAutomaton::RegexAutomaton(std::unique_ptr<const re2::RE2> automaton, RegexPreference preference)
    : automaton_(std::move(automaton)),
      preference_(preference),
      may_begin_inside_(automaton_->pattern().find("\\B") != std::string::npos) {}
RegexAutomaton::RegexAutomaton(RegexAutomaton&&) noexcept = default;
RegexAutomaton& RegexAutomaton::operator=(RegexAutomaton&&) noexcept = default;
RegexAutomaton::~RegexAutomaton() = default;

bool RegexAutomaton::found_in(std::string_view text) const {
  // RE2 is faster when it needn't say where; but see find().
  if (may_begin_inside_) return find(text, 0).has_value();
  return automaton_->Match(text, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::optional<TextRange> RegexAutomaton::find(std::string_view text, size_t from) const {
  re2::StringPiece match;
  while (automaton_->Match(text, from, text.size(), re2::RE2::UNANCHORED, &match, 1)) {
    TextRange range;
    range.begin = text.empty() ? 0 : static_cast<size_t>(match.data() - text.data());
    range.end = range.begin + match.size();
    if (is_character_begin(text, range.begin)) {
      if (preference_ == RegexPreference::kShortest) range.end = shortest_end(text, range);
      return range;
    }
    // RE2 sees \B between the bytes of a character, too.
    from = next_character(text, range.begin);
  }
  return std::nullopt;
}

/// RE2 prefers by the order of alternatives, which is not always the shortest match.
size_t RegexAutomaton::shortest_end(std::string_view text, TextRange match) const {
  auto ends_by = [&](size_t end) {
    return automaton_->Match(text, match.begin, end, re2::RE2::ANCHOR_START, nullptr, 0);
  };
  size_t end = match.end;
  if (end == match.begin || !ends_by(end - 1)) return end;
  size_t low = match.begin;
  for (--end; low < end;) {
    size_t middle = low + (end - low) / 2;
    if (ends_by(middle)) {
      end = middle;
    } else {
      low = middle + 1;
    }
  }
  return end;
}

std::optional<size_t> RegexAutomaton::longest_end(std::string_view text, TextRange range) const {
  re2::StringPiece match;
  if (!automaton_->Match(text, range.begin, range.end, re2::RE2::ANCHOR_START, &match, 1))
    return std::nullopt;
  return range.begin + match.size();
}

bool RegexAutomaton::matches(std::string_view text, TextRange range) const {
  return automaton_->Match(text, range.begin, range.end, re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

}  // namespace pactolus
