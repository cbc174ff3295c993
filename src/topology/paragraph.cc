#include "topology/paragraph.h"

#include <algorithm>
#include <string_view>

#include "config/source_text.h"

namespace pactolus {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kLabelColumn = 2;
constexpr size_t kNameColumn = 10;
constexpr size_t kWordsColumn = 34;

size_t width(std::string_view text) { return count_characters(text); }

std::string padded(std::string text, size_t columns) {
  if (width(text) < columns) text.append(columns - width(text), ' ');
  return text;
}

}  // namespace

std::string paragraph(const std::string& words, size_t indent, size_t indent_next) {
  std::string text;
  std::string line(indent, ' ');
  bool is_empty = true;
  std::string_view rest = words;
  while (!rest.empty()) {
    size_t end = std::min(rest.find_first_of(" \n"), rest.size());
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    if (!is_empty && width(line) + 1 + width(word) > kColumns) {
      text += line + "\n";
      line.assign(indent_next, ' ');
      is_empty = true;
    }
    if (!is_empty) line += ' ';
    line += word;
    is_empty = false;
  }
  return is_empty ? text : text + line + "\n";
}

std::string labelled(const std::string& label, const std::string& words) {
  std::string text = paragraph(words, kNameColumn, kNameColumn + 2);
  return text.replace(kLabelColumn, label.size(), label);
}

std::string labelled(const std::string& label, const std::string& name, const std::string& words) {
  std::string head =
      padded(padded(std::string(kLabelColumn, ' ') + label, kNameColumn) + name, kWordsColumn - 2) + "  ";
  if (width(head) + width(words) <= kColumns) return head + words + "\n";
  head.resize(head.find_last_not_of(' ') + 1);
  return head + "\n" + paragraph(words, kNameColumn + 2, kNameColumn + 4);
}

}  // namespace pactolus
