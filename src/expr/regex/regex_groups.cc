#include "expr/regex/regex_groups.h"

#include <set>

#include "base/check.h"

namespace pactolus {
namespace {

/// What of a part of a regular expression matters to the parts around it.
struct Traits {
  RegexPreference preference = RegexPreference::kNone;
  bool mixed = false;  // parts of it have the other preference
  bool captures = false;

  bool needs_division() const { return mixed || captures; }
};

/// Of neighbours: the first one that has a preference decides.
Traits joined(Traits first, Traits second) {
  bool clash = first.preference != RegexPreference::kNone && second.preference != RegexPreference::kNone &&
               first.preference != second.preference;
  return {first.preference != RegexPreference::kNone ? first.preference : second.preference,
          first.mixed || second.mixed || clash, first.captures || second.captures};
}

}  // namespace

struct RegexGroups::Part {
  enum class Kind { kLeaf, kNeighbours, kAlternatives, kRepetition, kSame };

  Kind kind = Kind::kLeaf;
  Traits traits = {};
  size_t group = 0;  // which one this part is; 0: none
  int max = 1;       // of a repetition; its least is 0
  std::string re2_text = {};
  std::vector<Part> children = {};
  std::optional<RegexAutomaton> automaton = {};

  static Part of(const RegexGroup& group);
  static Part of(std::span<const RegexPiece> branch);
  static Part quantified(const RegexPiece& piece, Part atom);
  static Part neighbours(Part left, Part right);

  Result<void, RegexError> compile(bool is_root);
  void divide(std::string_view text, TextRange range, GroupRanges& groups) const;

 private:
  size_t middle(std::string_view text, TextRange range) const;
  TextRange last_repetition(std::string_view text, TextRange range) const;
};

using Part = RegexGroups::Part;

Part Part::of(const RegexGroup& group) {
  Part part;
  if (group.branches.size() == 1) {
    part = of(std::span(group.branches.front()));
  } else {
    part.kind = Kind::kAlternatives;
    part.traits.preference = RegexPreference::kLongest;
    for (const RegexBranch& branch : group.branches) {
      part.children.push_back(of(std::span(branch)));
      part.traits = joined(part.traits, part.children.back().traits);
    }
    if (!part.traits.needs_division()) {
      part.kind = Kind::kLeaf;
      part.children.clear();
    }
    part.re2_text = pactolus::re2_text(group, false);
  }
  if (group.number == 0) return part;
  if (part.group != 0) {  // ((x))
    Part outer{.kind = Kind::kSame, .traits = part.traits, .re2_text = part.re2_text};
    outer.children.push_back(std::move(part));
    part = std::move(outer);
  }
  part.group = group.number;
  part.traits.captures = true;
  return part;
}

Part Part::neighbours(Part left, Part right) {
  Part part{.kind = Kind::kNeighbours,
            .traits = joined(left.traits, right.traits),
            .re2_text = left.re2_text + right.re2_text};
  part.children.push_back(std::move(left));
  part.children.push_back(std::move(right));
  return part;
}

/// A piece that can't go together with what stands before it; `atom` is what it repeats.
Part Part::quantified(const RegexPiece& piece, Part atom) {
  const Traits traits = joined({.preference = piece.preference}, atom.traits);
  bool once = piece.min == 1 && piece.max == 1;
  if (once && (piece.preference == RegexPreference::kNone || !traits.mixed)) return atom;
  std::string all = pactolus::re2_text(piece, false);
  if (!traits.captures) return {.traits = traits, .re2_text = std::move(all)};
  if (piece.min == 0) {
    Part repetition{
        .kind = Kind::kRepetition, .traits = traits, .max = piece.max, .re2_text = std::move(all)};
    repetition.children.push_back(std::move(atom));
    return repetition;
  }
  // Only what the last repetition captures counts: x{m,n} is x{m-1,n-1}x.
  bool unbounded = piece.max == RegexPiece::kUnbounded;
  Part before{.traits = {.preference = traits.preference}};
  before.re2_text = "(?:" + atom.re2_text + "){" + std::to_string(piece.min - 1) + "," +
                    (unbounded ? "" : std::to_string(piece.max - 1)) + "}";
  Part part = neighbours(std::move(before), std::move(atom));
  part.traits = traits;
  return part;
}

Part Part::of(std::span<const RegexPiece> branch) {
  Part before;
  for (size_t i = 0; i < branch.size(); ++i) {
    const RegexPiece& piece = branch[i];
    const RegexGroup* group = piece.max == 0 ? nullptr : piece.group();
    Part atom;
    if (group) {
      atom = of(*group);
    } else {
      atom.re2_text = pactolus::re2_text(piece, false);
    }
    RegexPreference preference = piece.max == 0 ? RegexPreference::kNone : piece.preference;
    Traits traits = joined(before.traits, joined({.preference = preference}, atom.traits));
    if (!traits.needs_division()) {
      before.traits = traits;
      before.re2_text += pactolus::re2_text(piece, false);
      continue;
    }
    traits = joined({.preference = preference}, atom.traits);
    Part rest = quantified(piece, std::move(atom));
    if (i + 1 < branch.size()) {
      rest = neighbours(std::move(rest), of(branch.subspan(i + 1)));
      // The quantifier of (x){1,1}? says nothing about the piece, only about the branch, unless it ends
      // there.
      rest.traits = joined(traits, rest.traits);
    }
    return i == 0 ? std::move(rest) : neighbours(std::move(before), std::move(rest));
  }
  return before;
}

Result<void, RegexError> Part::compile(bool is_root) {
  if (!is_root) automaton = PACTOLUS_TRY(RegexAutomaton::compile(re2_text, RegexPreference::kLongest));
  if (!traits.captures) return {};
  for (Part& child : children) PACTOLUS_TRY(child.compile(kind == Kind::kSame));
  return {};
}

/// Where the left neighbour ends.
size_t Part::middle(std::string_view text, TextRange range) const {
  const RegexAutomaton& left = *children[0].automaton;
  const RegexAutomaton& right = *children[1].automaton;
  auto fits = [&](size_t at) {
    return right.matches(text, {at, range.end}) && left.matches(text, {range.begin, at});
  };
  if (children[0].traits.preference == RegexPreference::kShortest) {
    size_t at = range.begin;
    while (!fits(at)) {
      PACTOLUS_CHECK(at < range.end, "a match of neighbours divides");
      at = next_character(text, at);
    }
    return at;
  }
  std::optional<size_t> at = left.longest_end(text, range);
  PACTOLUS_CHECK(at.has_value(), "a match of neighbours begins with one of the left");
  while (!fits(*at)) {
    PACTOLUS_CHECK(*at > range.begin, "a match of neighbours divides");
    at = previous_character(text, *at);
  }
  return *at;
}

/// Divides into repetitions, none of them empty, each as long or as short as the later ones let it be.
TextRange Part::last_repetition(std::string_view text, TextRange range) const {
  const RegexAutomaton& repeated = *children[0].automaton;
  bool shortest = children[0].traits.preference == RegexPreference::kShortest;
  std::vector<TextRange> found;
  // From where, after how many repetitions, no further ones reach the end.
  std::set<std::pair<size_t, size_t>> dead;
  auto counted = [&] { return max == RegexPiece::kUnbounded ? 0 : found.size(); };
  /// The end of the next repetition, behind what was tried; `begin` if there is none.
  auto next_end = [&](size_t begin, size_t at) {
    bool is_last = max != RegexPiece::kUnbounded && found.size() + 1 == static_cast<size_t>(max);
    for (; at > begin && at <= range.end;
         at = shortest ? next_character(text, at) : previous_character(text, at)) {
      bool allowed = is_last ? at == range.end : !dead.contains({at, counted() + 1});
      if (allowed && repeated.matches(text, {begin, at})) return at;
    }
    return begin;
  };
  size_t begin = range.begin;
  size_t first_tried = 0;
  auto start = [&] {
    first_tried = shortest ? next_character(text, begin)
                           : repeated.longest_end(text, {begin, range.end}).value_or(begin);
  };
  start();
  for (;;) {
    size_t end = next_end(begin, first_tried);
    if (end == range.end) return {begin, end};
    if (end > begin) {
      found.push_back({begin, end});
      begin = end;
      start();
      continue;
    }
    PACTOLUS_CHECK(!found.empty(), "a match of repetitions divides");
    dead.insert({begin, counted()});
    TextRange previous = found.back();
    found.pop_back();
    begin = previous.begin;
    first_tried = shortest ? next_character(text, previous.end) : previous_character(text, previous.end);
  }
}

void Part::divide(std::string_view text, TextRange range, GroupRanges& groups) const {
  if (!traits.captures) return;
  if (group != 0) groups[group] = range;
  switch (kind) {
    case Kind::kLeaf:
      return;
    case Kind::kNeighbours: {
      size_t at = middle(text, range);
      children[0].divide(text, {range.begin, at}, groups);
      return children[1].divide(text, {at, range.end}, groups);
    }
    case Kind::kAlternatives:
      for (const Part& child : children) {
        if (child.automaton->matches(text, range)) return child.divide(text, range, groups);
      }
      PACTOLUS_UNREACHABLE("a match of alternatives is one of an alternative");
    case Kind::kRepetition:
      if (range.begin < range.end) {
        children[0].divide(text, last_repetition(text, range), groups);
      } else if (children[0].traits.preference != RegexPreference::kShortest &&
                 children[0].automaton->matches(text, range)) {
        children[0].divide(text, range, groups);  // rather once than not at all
      }
      return;
    case Kind::kSame:
      return children[0].divide(text, range, groups);
  }
}

RegexGroups::RegexGroups(const RegexGroup& whole) : root_(std::make_unique<Part>(Part::of(whole))) {}
RegexGroups::RegexGroups(RegexGroups&&) noexcept = default;
RegexGroups& RegexGroups::operator=(RegexGroups&&) noexcept = default;
RegexGroups::~RegexGroups() = default;

RegexPreference RegexGroups::preference() const { return root_->traits.preference; }

Result<void, RegexError> RegexGroups::compile() { return root_->compile(true); }

GroupRanges RegexGroups::divide(std::string_view text, TextRange match) const {
  GroupRanges groups;
  groups[0] = match;
  root_->divide(text, match, groups);
  return groups;
}

}  // namespace pactolus
