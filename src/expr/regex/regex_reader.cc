#include "expr/regex/regex_reader.h"

#include <fmt/format.h>

namespace pactolus {

CharacterSet RegexReader::characters(char32_t c) const {
  CharacterSet set = CharacterSet::of(c);
  if (flags_.fold_case) set.fold_case();
  return set;
}

RegexError RegexReader::invalid(std::string_view what) const {
  return {fmt::format("invalid regular expression: {}, at its character {}", what, next_)};
}

RegexError RegexReader::unsupported(std::string_view what, std::string hint) const {
  return {fmt::format("regular expressions don't support {}", what), "0A000", true, std::move(hint)};
}

Result<char32_t, RegexError> RegexReader::hexadecimal(size_t digits_min, size_t digits_max) {
  char32_t value = 0;
  size_t digits = 0;
  for (; digits < digits_max && !at_end(); ++digits) {
    char32_t c = peek();
    bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!letter && !sees_digit()) break;
    value = value * 16 + (letter ? (c | 0x20) - 'a' + 10 : c - '0');
    if (value > CharacterSet::kLast) return invalid("invalid escape \\ sequence");
    ++next_;
  }
  if (digits < digits_min) return invalid("invalid escape \\ sequence");
  return value;
}

Result<RegexReader::Escape, RegexError> RegexReader::read_escape() {
  constexpr size_t kDigitsMax = 255;
  char32_t c = take();
  auto of_class = [](std::string_view name, bool complement) {
    Escape escape{*CharacterSet::class_named(name), true};
    if (complement) escape.characters.complement();
    return escape;
  };
  auto one = [this](char32_t character) { return Escape{characters(character)}; };
  switch (c) {
    case 'a':
      return one('\a');
    case 'b':
      return one('\b');
    case 'B':
      return one('\\');
    case 'd':
    case 'D':
      return of_class("digit", c == 'D');
    case 'e':
      return one(0x1B);
    case 'f':
      return one('\f');
    case 'n':
      return one('\n');
    case 'r':
      return one('\r');
    case 's':
    case 'S':
      return of_class("space", c == 'S');
    case 't':
      return one('\t');
    case 'u':
      return one(PACTOLUS_TRY(hexadecimal(4, 4)));
    case 'U':
      return one(PACTOLUS_TRY(hexadecimal(8, 8)));
    case 'v':
      return one('\v');
    case 'w':
    case 'W':
      return of_class("word", c == 'W');
    case 'x':
      return one(PACTOLUS_TRY(hexadecimal(1, kDigitsMax)));
    case 'c':
      return unsupported("control characters as \\c", "write \\x and its code");
    case '0':
      return unsupported("octal escapes", "write \\x and the code in hexadecimal");
    default:
      break;
  }
  if (c >= '1' && c <= '9') return unsupported("back references");
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return invalid("invalid escape \\ sequence");
  return one(c);
}

Result<CharacterSet, RegexError> RegexReader::named_class() {
  std::string name;
  while (!sees(U":]")) {
    if (at_end()) return invalid("brackets [] not balanced");
    char32_t c = take();
    name += c < 0x80 ? static_cast<char>(c) : '?';
  }
  next_ += 2;
  const CharacterSet* found = CharacterSet::class_named(name);
  if (!found) return invalid("invalid character class");
  return *found;
}

/// One character, or a class.
Result<RegexReader::Escape, RegexError> RegexReader::bracket_element(bool first) {
  if (take(U"[:")) return Escape{PACTOLUS_TRY(named_class()), true};
  if (sees(U"[.")) return unsupported("collating elements ([.….])");
  if (sees(U"[=")) return unsupported("equivalence classes ([=…=])");
  char32_t c = take();
  if (c == '\\') {
    if (at_end()) return invalid("invalid escape \\ sequence");
    return read_escape();
  }
  if (c == '-' && !first && peek() != ']') return invalid("invalid character range");
  return Escape{CharacterSet::of(c)};
}

Result<CharacterSet, RegexError> RegexReader::read_bracket() {
  bool complement = take(U"^");
  CharacterSet set;
  for (bool first = true; first || !take(U"]"); first = false) {
    if (at_end()) return invalid("brackets [] not balanced");
    Escape element = PACTOLUS_TRY(bracket_element(first));
    bool range = !element.is_class && peek() == '-' && peek(1) != ']' && next_ + 1 < pattern_.size();
    if (range) {
      ++next_;
      // The end of a range may be a - like any other character.
      Escape end = PACTOLUS_TRY(bracket_element(true));
      char32_t last = end.is_class ? U'\0' : end.characters.ranges().front().first;
      char32_t begin = element.characters.ranges().front().first;
      if (end.is_class || begin > last) return invalid("invalid character range");
      set.add(begin, last);
    } else {
      set.add(element.characters);
    }
  }
  if (flags_.fold_case) set.fold_case();
  if (complement) {
    set.complement();
    if (flags_.newline_stops) set.remove('\n');
  }
  return set;
}

}  // namespace pactolus
