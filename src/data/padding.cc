#include "data/padding.h"

#include <algorithm>

#include "data/text_scan.h"

namespace pactolus {

std::string_view with_padding(std::string_view text, size_t blanks, Arena& memory) {
  if (blanks == 0) return text;
  char* begin = memory.allocate(text.size() + blanks);
  std::fill_n(std::copy(text.begin(), text.end(), begin), blanks, ' ');
  return {begin, text.size() + blanks};
}

std::string_view padded(std::string_view text, uint32_t length, Arena& memory) {
  return with_padding(text, length - std::min<size_t>(length, character_count(text)), memory);
}

}  // namespace pactolus
