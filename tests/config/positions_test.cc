#include <catch2/catch.hpp>
#include <random>

#include "read.h"

namespace pactolus {
namespace {

struct Case {
  std::string what;
  std::string yaml;   // the scalar is the value of key `e`
  std::string value;  // what YAML makes of it
};

const Case kCases[] = {
    {"plain", "e: a + TOKEN\n", "a + TOKEN"},
    {"plain behind a tag, an anchor and letters outside ASCII", "ü: 1\ne: &x über + TOKEN # c\n",
     "über + TOKEN"},
    {"plain over several lines", "e: a +\n   b\n    + TOKEN * 2\n", "a + b + TOKEN * 2"},
    {"plain with an empty line", "e: a +\n\n  TOKEN\n", "a +\nTOKEN"},
    {"plain on the line below its key", "e:\n   TOKEN + 1\n", "TOKEN + 1"},
    {"plain in a flow map", "{f: 1, e: a  + TOKEN , g: 2}\n", "a  + TOKEN"},
    {"single quotes", "e: 'a + TOKEN'\n", "a + TOKEN"},
    {"single quotes behind a doubled quote", "e: 'it''s '' TOKEN'\n", "it's ' TOKEN"},
    {"single quotes over several lines", "e: 'it''s\n  a\n\n  TOKEN'\n", "it's a\nTOKEN"},
    {"double quotes", "e: \"'web' = TOKEN\"\n", "'web' = TOKEN"},
    {"double quotes behind escapes", R"(e: "\t\u00e9\U0001F600\"\\ TOKEN")", "\té😀\"\\ TOKEN"},
    {"double quotes behind an escaped line break", "e: \"a \\\n   b TOKEN\"\n", "a b TOKEN"},
    {"double quotes behind an escaped line break and an empty line", "e: \"a\\\n\n  TOKEN\"\n", "a\nTOKEN"},
    {"double quotes over several lines", "e: \"a\n  é\n\n\n  TOKEN\"\n", "a é\n\nTOKEN"},
    {"literal", "e: |\n  a\n  é TOKEN\n", "a\né TOKEN\n"},
    {"literal with empty lines and deeper ones", "e: |\n\n  a\n\n    b\n   TOKEN\n", "\na\n\n  b\n TOKEN\n"},
    {"literal with an indentation indicator", "e: |2\n     a\n    b TOKEN\n", "   a\n  b TOKEN\n"},
    {"literal without a last line break", "f:\n    e: |-\n        a\n        TOKEN\n\n\n", "a\nTOKEN"},
    {"literal that keeps its line breaks, behind a comment", "e: |+ # c\n  TOKEN\n\n", "TOKEN\n\n"},
    {"folded", "e: >\n  a\n  b\n  é TOKEN\n", "a b é TOKEN\n"},
    {"folded with an empty line", "e: >\n  a\n\n  b\n  TOKEN\n", "a\nb TOKEN\n"},
    {"folded with deeper lines", "e: >\n  a\n    b\n  c\n  TOKEN\n", "a\n  b\nc TOKEN\n"},
    {"folded that begins with empty lines", "e: >-\n\n\n  a\n  TOKEN\n", "\n\na TOKEN"},
    {"folded with an indentation indicator", "e: >2\n     a\n  TOKEN\n", "   a\nTOKEN\n"},
};

Node scalar_of(const Read& read) {
  Node root = read.root();
  if (auto inner = root.find("f"); inner && inner->is_map()) root = *inner;
  return *root.find("e");
}

std::string with_carriage_returns(const std::string& text) {
  std::string result;
  for (char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
  return result;
}

TEST_CASE("positions: a token is found in every style of scalar") {
  for (const Case& c : kCases) {
    for (const std::string& yaml : {c.yaml, with_carriage_returns(c.yaml)}) {
      CAPTURE(c.what, yaml);
      Read read(yaml);
      REQUIRE(read.codes() == Codes{});
      Node node = scalar_of(read);
      REQUIRE(node.text() == c.value);
      CHECK(node.position_of(c.value.find("TOKEN")) == place_in(yaml, yaml.find("TOKEN")));
      size_t end = c.value.find("TOKEN") + 5;
      CHECK(node.position_of(end) == place_in(yaml, yaml.find("TOKEN") + 5));
      CHECK(node.source_text().traced_bytes == c.value.size());
    }
  }
}

TEST_CASE("positions: the second quote of a doubled one belongs to the same character") {
  Read read("e: 'it''s'");
  CHECK(read.at("e").position_of(1) == SourcePosition{1, 6});
  CHECK(read.at("e").position_of(2) == SourcePosition{1, 7});
  CHECK(read.at("e").position_of(3) == SourcePosition{1, 9});
}

TEST_CASE("positions: the end of a text and beyond is the place behind its last character") {
  Read read("e: abc\nf: ''\n");
  CHECK(read.at("e").position_of(3) == SourcePosition{1, 7});
  CHECK(read.at("e").position_of(99) == SourcePosition{1, 7});
  CHECK(read.at("f").position_of(0) == SourcePosition{2, 5});
}

TEST_CASE("positions: a finding inside a text is underlined as far as the line goes") {
  std::string yaml = "e: >\n  round(amount,\n    2)\n  + usuall * 3\n";
  Read read(yaml);
  SourceText text = read.at("e").source_text();
  Diagnostic d = text.diagnostic(text.text.find("usuall"), 6, "unknown-name", "no column `usuall`",
                                 "did you mean `usual`?");
  CHECK(render(d, yaml) ==
        "test.yaml:4:5: error[unknown-name]: no column `usuall`\n"
        " 4 |   + usuall * 3\n"
        "   |     ^^^^^^\n"
        "   = hint: did you mean `usual`?\n");
  CHECK(text.diagnostic(0, 20, "c", "m").length == 13);
}

/// Writes the same words in a style, at random places, and remembers nothing: the words are found again by
/// searching.
std::string in_style(ScalarStyle style, const std::vector<std::string>& words, std::mt19937& random) {
  bool block = style == ScalarStyle::kLiteral || style == ScalarStyle::kFolded;
  std::string text = style == ScalarStyle::kLiteral  ? "e: |\n    "
                     : style == ScalarStyle::kFolded ? "e: >\n    "
                                                     : "e: ";
  if (style == ScalarStyle::kSingleQuoted) text += '\'';
  if (style == ScalarStyle::kDoubleQuoted) text += '"';
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      unsigned kind = random() % 6;
      text += kind == 0   ? "\n    "
              : kind == 1 ? "\n\n    "
              : kind == 2 ? (block ? "\n      " : " \n  ")
                          : " ";
    }
    text += words[i];
    if (style == ScalarStyle::kSingleQuoted && random() % 4 == 0) text += "''";
    if (style == ScalarStyle::kDoubleQuoted && random() % 4 == 0) text += "\\u00e9";
  }
  if (style == ScalarStyle::kSingleQuoted) text += '\'';
  if (style == ScalarStyle::kDoubleQuoted) text += '"';
  return text + "\n";
}

TEST_CASE("positions: every word of a random text is found at its place") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    auto style = static_cast<ScalarStyle>(random() % 5);
    std::vector<std::string> words;
    for (size_t i = 0, count = 1 + random() % 12; i < count; ++i)
      words.push_back("w" + std::to_string(i) + "é;");
    std::string yaml = in_style(style, words, random);
    CAPTURE(yaml);
    Read read(yaml);
    REQUIRE(read.codes() == Codes{});
    Node node = read.at("e");
    REQUIRE(node.style() == style);
    SourceText text = node.source_text();
    REQUIRE(text.traced_bytes == text.text.size());
    for (const std::string& word : words) {
      REQUIRE(text.position_of(text.text.find(word)) == place_in(yaml, yaml.find(word)));
    }
  }
}

}  // namespace
}  // namespace pactolus
