#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pactolus {

/// A set of Unicode characters. Case and classes are ASCII's, as in PostgreSQL under the locale "C".
class CharacterSet {
 public:
  struct Range {
    char32_t first;
    char32_t last;  // included
  };
  static constexpr char32_t kLast = 0x10FFFF;

  static CharacterSet of(char32_t character);
  static CharacterSet all();
  /// What \w matches: letters, digits and _.
  static const CharacterSet& word();
  /// [[:name:]]; nullptr if there is no such class.
  static const CharacterSet* class_named(std::string_view name);

  void add(char32_t first, char32_t last);
  void add(const CharacterSet& other);
  void remove(char32_t character);
  void complement();
  /// Adds the other case of each letter.
  void fold_case();

  bool within(const CharacterSet& other) const;
  /// Ascending, with gaps between them.
  const std::vector<Range>& ranges() const { return ranges_; }

 private:
  std::vector<Range> ranges_;
};

}  // namespace pactolus
