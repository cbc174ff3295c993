#pragma once

#include <string>
#include <vector>

#include "config/document.h"

namespace pactolus {

/// A document made from text, with what was found.
struct Read {
  explicit Read(const std::string& text) : document(Document::parse("test.yaml", text, diagnostics)) {}

  Node root() const { return document.value().root(); }
  Node at(std::string_view key) const { return *root().find(key); }

  std::vector<std::string> codes() const { return codes_of(diagnostics); }
  static std::vector<std::string> codes_of(const Diagnostics& diagnostics) {
    std::vector<std::string> result;
    for (const Diagnostic& d : diagnostics.sorted()) result.push_back(d.code);
    return result;
  }

  Diagnostics diagnostics;
  std::optional<Document> document;
};

using Codes = std::vector<std::string>;

/// Line and column of a byte, the simple way.
inline SourcePosition place_in(std::string_view text, size_t offset) {
  SourcePosition place{1, 1};
  for (char c : text.substr(0, offset)) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++place.column;
    if (c == '\n') place = {place.line + 1, 1};
  }
  return place;
}

}  // namespace pactolus

namespace Catch {
template <>
struct StringMaker<pactolus::SourcePosition> {
  static std::string convert(const pactolus::SourcePosition& p) {
    return std::to_string(p.line) + ":" + std::to_string(p.column);
  }
};
}  // namespace Catch
