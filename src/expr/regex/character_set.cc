#include "expr/regex/character_set.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pactolus {
namespace {

using Ranges = std::vector<CharacterSet::Range>;

struct NamedClass {
  std::string_view name;
  CharacterSet characters;
};

CharacterSet set_of(const Ranges& ranges) {
  CharacterSet set;
  for (CharacterSet::Range range : ranges) set.add(range.first, range.last);
  return set;
}

/// PostgreSQL takes the control characters of Latin-1 along, alone of what is not ASCII.
const std::array<NamedClass, 14>& named_classes() {
  static const std::array<NamedClass, 14> classes = {{
      {"alnum", set_of({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}})},
      {"alpha", set_of({{'A', 'Z'}, {'a', 'z'}})},
      {"ascii", set_of({{0, 0x7F}})},
      {"blank", set_of({{'\t', '\t'}, {' ', ' '}})},
      {"cntrl", set_of({{0, 0x1F}, {0x7F, 0x9F}})},
      {"digit", set_of({{'0', '9'}})},
      {"graph", set_of({{'!', '~'}})},
      {"lower", set_of({{'a', 'z'}})},
      {"print", set_of({{' ', '~'}})},
      {"punct", set_of({{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}})},
      {"space", set_of({{'\t', '\r'}, {' ', ' '}})},
      {"upper", set_of({{'A', 'Z'}})},
      {"word", set_of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}})},
      {"xdigit", set_of({{'0', '9'}, {'A', 'F'}, {'a', 'f'}})},
  }};
  return classes;
}

}  // namespace

CharacterSet CharacterSet::of(char32_t character) { return set_of({{character, character}}); }

CharacterSet CharacterSet::all() { return set_of({{0, kLast}}); }

const CharacterSet& CharacterSet::word() { return *class_named("word"); }

const CharacterSet* CharacterSet::class_named(std::string_view name) {
  for (const NamedClass& named : named_classes()) {
    if (named.name == name) return &named.characters;
  }
  return nullptr;
}

void CharacterSet::add(char32_t first, char32_t last) {
  auto begin = std::find_if(ranges_.begin(), ranges_.end(), [&](Range r) { return r.last + 1 >= first; });
  auto end = begin;
  for (; end != ranges_.end() && end->first <= last + 1; ++end) {
    first = std::min(first, end->first);
    last = std::max(last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), Range{first, last});
}

void CharacterSet::add(const CharacterSet& other) {
  for (Range range : other.ranges_) add(range.first, range.last);
}

void CharacterSet::remove(char32_t character) {
  complement();
  add(character, character);
  complement();
}

void CharacterSet::complement() {
  Ranges others;
  char32_t next = 0;
  for (Range range : ranges_) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLast) others.push_back({next, kLast});
  ranges_ = std::move(others);
}

void CharacterSet::fold_case() {
  constexpr char32_t kToLower = 'a' - 'A';
  for (Range range : Ranges(ranges_)) {
    Range upper{std::max(range.first, U'A'), std::min(range.last, U'Z')};
    Range lower{std::max(range.first, U'a'), std::min(range.last, U'z')};
    if (upper.first <= upper.last) add(upper.first + kToLower, upper.last + kToLower);
    if (lower.first <= lower.last) add(lower.first - kToLower, lower.last - kToLower);
  }
}

bool CharacterSet::within(const CharacterSet& other) const {
  return std::all_of(ranges_.begin(), ranges_.end(), [&](Range mine) {
    return std::any_of(other.ranges_.begin(), other.ranges_.end(),
                       [&](Range r) { return r.first <= mine.first && mine.last <= r.last; });
  });
}

}  // namespace pactolus
