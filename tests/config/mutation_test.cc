#include <catch2/catch.hpp>
#include <random>

#include "config/expression.h"
#include "read.h"

namespace pactolus {
namespace {

const std::string kSeed = R"yaml(topology: card-fraud  # a comment
sources:
  payments: &p
    time: {field: paid_at, disorder: 10s}
    fields: {amount: "numeric(12,2)", city: {type: text null, path: terminal.city}}
  other: *p
steps:
  a:
    filter: >
      amount > 0
      AND x <> 'it''s'

        OR y
  b:
    filter: |2
        data #>> '{a}'
      = 1
    add: ["a\tb \
      c", 'it''s
      q', plain
      é]
)yaml";

std::string mutate(std::string text, std::mt19937& random) {
  static const std::string kFragments[] = {
      "'",  "\"", "|",    ">-\n",  "\n\n", "\n  ", "  ",  "\t", ": ",   "- ",   "{",
      "}",  "[",  "]",    ",",     "&a ",  "*p",   "!x ", " #", "\\",   "é",    "\r\n",
      "? ", "''", "<<: ", "---\n", "...",  "null", "~",   "%",  "\x04", "\xff", "\\u00e9"};
  text = text.substr(random() % text.size());
  for (unsigned i = 0, count = 1 + random() % 6; i < count; ++i) {
    size_t at = random() % (text.size() + 1);
    if (random() % 3 == 0) {
      text.erase(at, 1 + random() % 3);
    } else {
      text.insert(at, kFragments[random() % std::size(kFragments)]);
    }
  }
  return text;
}

/// Uses all that a reader may use of a node.
void visit(const Node& node, std::string_view text) {
  if (node.is_scalar()) {
    SourceText source = node.source_text();
    for (size_t byte = 0; byte <= source.text.size(); ++byte) REQUIRE(source.position_of(byte).line > 0);
    Diagnostics found;
    read_expression(node, found);
    for (const Diagnostic& d : found.sorted()) render(d, text);
  }
  render(node.diagnostic("code", "message"), text);
  for (const Node& item : node.items()) visit(item, text);
  for (const Entry& entry : node.entries()) {
    visit(entry.key, text);
    visit(entry.value, text);
  }
}

TEST_CASE("mutations: a damaged file is read, or refused with a finding that has a place; it never crashes") {
  std::mt19937 random(11);
  size_t read_count = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string yaml = mutate(kSeed, random);
    CAPTURE(yaml);
    Read read(yaml);
    for (const Diagnostic& d : read.diagnostics.sorted()) {
      REQUIRE(d.position.line > 0);
      render(d, yaml);
    }
    REQUIRE((read.document || read.diagnostics.has_errors()));
    if (!read.document) continue;
    ++read_count;
    visit(read.root(), yaml);
  }
  CHECK(read_count > 400);
}

}  // namespace
}  // namespace pactolus
