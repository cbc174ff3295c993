#include <algorithm>
#include <catch2/catch.hpp>

#include "base/nearest_name.h"
#include "read.h"

namespace pactolus {
namespace {

struct Nasty {
  std::string what;
  std::string yaml;
  Codes codes;
  SourcePosition first;  // of the first finding
};

std::string repeat(const std::string& text, size_t count) {
  std::string result;
  for (size_t i = 0; i < count; ++i) result += text;
  return result;
}

std::string alias_bomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + before + repeat(", " + before, 9) + "]\n";
  }
  return text;
}

const Nasty kNasty[] = {
    {"a duplicate key", "a: 1\nb: 2\na: 3\n", {"duplicate-key"}, {3, 1}},
    {"a duplicate key in quotes", "{a: 1, 'a': 2}", {"duplicate-key"}, {1, 8}},
    {"a merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", {"merge-key"}, {3, 3}},
    {"a list as a key", "? [a]\n: 1\n", {"key-not-text"}, {1, 3}},
    {"null as a key", "a: 1\nnull: 2\n", {"key-not-text"}, {2, 1}},
    {"a second document", "a: 1\n---\nb: 1\n", {"second-document"}, {2, 1}},
    {"an empty second document", "a: 1\n---\n", {"second-document"}, {2, 1}},
    {"text behind the document's end", "a: 1\n...\nb: 1\n", {"second-document"}, {3, 1}},
    {"a cycle", "a: &x [1, *x]\n", {"alias-cycle"}, {1, 11}},
    {"a cycle through a key", "a: &x {b: {c: *x}}\n", {"alias-cycle"}, {1, 15}},
    {"an alias bomb", alias_bomb(), {"too-many-nodes"}, {6, 9}},
    {"an unknown alias", "a: *nope\n", {"yaml-syntax"}, {1, 4}},
    {"a tag", "a: !!int 5\n", {"unknown-tag"}, {1, 4}},
    {"a verbatim tag", "a: !<x> 5\n", {"unknown-tag"}, {1, 4}},
    {"a secret that is a list", "a: !secret [x]\n", {"unknown-tag"}, {1, 4}},
    {"NUL", std::string("a: x\0y\n", 7), {"control-character"}, {1, 5}},
    {"what the parser takes for the end of the file", "a: x\x04\nb: 1\n", {"control-character"}, {1, 5}},
    {"a carriage return alone", "a: 1\rb: 2\n", {"control-character"}, {1, 5}},
    {"a byte order mark in the middle", "a: \xEF\xBB\xBFx\n", {"control-character"}, {1, 4}},
    {"NUL as an escape", "a: \"\\0\"\n", {"control-character"}, {1, 4}},
    {"a lone continuation byte", "a: \x80\n", {"invalid-utf8"}, {1, 4}},
    {"an overlong slash", "a: \xC0\xAF\n", {"invalid-utf8"}, {1, 4}},
    {"an overlong three-byte form", "a: \xE0\x80\xAF\n", {"invalid-utf8"}, {1, 4}},
    {"a surrogate", "é: \xED\xA0\x80\n", {"invalid-utf8"}, {1, 4}},
    {"beyond Unicode", "a: \xF4\x90\x80\x80\n", {"invalid-utf8"}, {1, 4}},
    {"a character cut by the end", "a: \xE2\x82", {"invalid-utf8"}, {1, 4}},
    {"UTF-16",
     std::string("\xFF\xFE"
                 "a\0",
                 4),
     {"invalid-utf8"},
     {1, 1}},
    {"a tab as indentation", "a:\n\tb: 1\n", {"yaml-syntax"}, {2, 1}},
    {"a tab among blanks", "a:\n  b: 1\n \tc: 1\n", {"yaml-syntax"}, {3, 2}},
    {"deep flow lists", repeat("[", 200'000), {"nesting-too-deep"}, {}},
    {"deep flow maps", repeat("{a: ", 100'000), {"nesting-too-deep"}, {}},
    {"deep block lists", repeat("- ", 100'000), {"nesting-too-deep"}, {1, 129}},
    {"deep keys", repeat("? ", 100'000), {"nesting-too-deep"}, {1, 129}},
    {"a quote never closed", "a: 1\nb: \"x\nc: 2\n", {"yaml-syntax"}, {2, 4}},
    {"a quote never closed before the last line break", "a: 1\nb: 'it''s\n\n", {"yaml-syntax"}, {2, 4}},
    {"a flow map never closed", "a: {b: 1\n", {"yaml-syntax"}, {1, 9}},
    {"two colons", "a: b: c\n", {"yaml-syntax"}, {1, 5}},
    {"a key that is indented as its neighbour's value", "a: 1\n b: 2\n", {"yaml-syntax"}, {2, 2}},
    {"a key between two indentations", "a:\n  b: 1\n c: 2\n", {"yaml-syntax"}, {3, 2}},
    {"an expression that starts with a quote", "a: 'web' = channel\n", {"yaml-syntax"}, {1, 10}},
    {"an expression that starts with a quoted name", "a:\n  - \"Total\" > 5\n", {"yaml-syntax"}, {2, 13}},
    {"a comment in the middle of a value", "a: x # why\n  AND y\n", {"yaml-syntax"}, {2, 3}},
    {"a comment line in the middle of a value", "a: x\n  # why\n  AND y\n", {"yaml-syntax"}, {3, 3}},
    {"a value that starts with a percent sign", "a: %x\n", {"yaml-syntax"}, {1, 4}},
    {"a value that starts with a star", "a: * 5\n", {"yaml-syntax"}, {1, 4}},
    {"a value that starts with a bar", "a: | b\n", {"yaml-syntax"}, {1, 6}},
    {"a list item behind a key", "a: - b\n", {"yaml-syntax"}, {1, 4}},
    {"an unknown escape", R"(a: "x\q")", {"yaml-syntax"}, {1, 6}},
    {"brackets in a flow map", "{a: x[1]}\n", {"yaml-syntax"}, {1, 6}},
    {"a file too large", repeat("# x\n", 1'100'000), {"file-too-large"}, {0, 0}},
    {"too many nodes", "[" + repeat("x,", 600'000) + "x]", {"too-many-nodes"}, {}},
};

TEST_CASE("document: what YAML accepts in silence, or parsers choke on, is explained at its place") {
  for (const Nasty& nasty : kNasty) {
    CAPTURE(nasty.what);
    Read read(nasty.yaml);
    CHECK(read.codes() == nasty.codes);
    REQUIRE(read.diagnostics.size() > 0);
    Diagnostic first = read.diagnostics.sorted().front();
    if (nasty.first != SourcePosition{} || first.position.line == 0) CHECK(first.position == nasty.first);
    CHECK_FALSE(first.message.empty());
    CHECK(first.file == "test.yaml");
  }
}

TEST_CASE("document: a file of thousands of findings stops at a bound") {
  Read read("a: 1\n" + repeat("a: 2\n", 5000));
  CHECK(read.diagnostics.size() <= 101);
  Read tags(repeat("- !x y\n", 5000));
  CHECK(tags.diagnostics.size() <= 102);
  CHECK(tags.codes().back() == "too-many-findings");
}

TEST_CASE("document: empty files are a null root") {
  for (const char* yaml : {"", "  \n", "# only a comment\n", "---\n", "\xEF\xBB\xBF"}) {
    CAPTURE(yaml);
    Read read(yaml);
    CHECK(read.codes() == Codes{});
    REQUIRE(read.document);
    CHECK(read.root().is_null());
    CHECK(read.root().text().empty());
  }
}

TEST_CASE("document: a byte order mark at the begin moves no column") {
  Read read(
      "\xEF\xBB\xBF"
      "a: 1\n");
  CHECK(read.at("a").position() == SourcePosition{1, 4});
  CHECK(read.document->text() == "a: 1\n");
}

TEST_CASE("document: kinds, styles, tags and order are kept") {
  Read read(
      "p: x\nz: 'x'\nd: \"x\"\nl: |\n  x\nf: >\n  x\ns: !secret env:X\nn: null\nt: ~\ne:\nq: [1, {a: 2}]\n");
  REQUIRE(read.codes() == Codes{});
  std::vector<std::string> keys;
  for (const Entry& entry : read.root().entries()) keys.push_back(entry.key.text());
  CHECK(keys == std::vector<std::string>{"p", "z", "d", "l", "f", "s", "n", "t", "e", "q"});
  CHECK(read.at("p").style() == ScalarStyle::kPlain);
  CHECK(read.at("z").style() == ScalarStyle::kSingleQuoted);
  CHECK(read.at("d").style() == ScalarStyle::kDoubleQuoted);
  CHECK(read.at("l").style() == ScalarStyle::kLiteral);
  CHECK(read.at("f").style() == ScalarStyle::kFolded);
  CHECK(read.at("s").tag() == "!secret");
  CHECK(read.at("s").style() == ScalarStyle::kPlain);
  CHECK(read.at("s").position() == SourcePosition{8, 12});
  CHECK(read.at("n").text() == "null");
  CHECK(read.at("t").text() == "~");
  CHECK(read.at("e").is_null());
  CHECK(read.at("e").text().empty());
  CHECK(read.at("q").items()[1].find("a")->in_flow());
  CHECK(read.at("q").key()->position() == SourcePosition{12, 1});
}

TEST_CASE("document: a value that is not there stands at its key, also before a key called null") {
  Read read("x: 1\na:\n'null': 3\nb:\n  -\n  - null\n");
  REQUIRE(read.codes() == Codes{});
  CHECK(read.at("a").text().empty());
  CHECK(read.at("a").position() == SourcePosition{2, 1});
  CHECK(read.at("b").items()[0].position() == SourcePosition{5, 3});
  CHECK(read.at("b").items()[1].text() == "null");
}

TEST_CASE("document: an alias gives the node that it names") {
  Read read("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\n");
  REQUIRE(read.codes() == Codes{});
  CHECK(read.at("c").find("b")->items()[1].text() == "2");
  CHECK(read.at("c").position() == SourcePosition{1, 7});
  CHECK(read.at("d").items().size() == 2);
}

TEST_CASE("document: findings that leave a tree come all at once") {
  Read read("a: 1\na: 2\nb: {<<: x, ? [k] : v}\nc: !!str x\n");
  CHECK(read.codes() == Codes{"duplicate-key", "merge-key", "key-not-text", "unknown-tag"});
  REQUIRE(read.document);
  CHECK(read.at("a").text() == "1");
  CHECK(read.at("c").is_reported());
}

TEST_CASE("document: a list split at a comma in a flow map is found, and nothing else is said about it") {
  Read read("{a: round(x, 2), b: x IN (1, 1, 2), c: 3, d: 'f(x', e: }");
  CHECK(read.codes() == Codes{"split-at-comma", "split-at-comma"});
  CHECK(read.diagnostics.sorted()[0].hint == "write it on a line of its own: `a: round(x, 2)`");
  CHECK(read.diagnostics.sorted()[1].hint == "write it on a line of its own: `b: x IN (1, 1, 2)`");
  CHECK(read.root().entries().size() == 5);
  CHECK(read.at("a").is_reported());
}

TEST_CASE("document: a huge scalar is read, and its end is found") {
  Read read("a: \"" + repeat("x\\u00e9\n  ", 300'000) + "TOKEN\"\n");
  REQUIRE(read.codes() == Codes{});
  const std::string& text = read.at("a").text();
  CHECK(read.at("a").position_of(text.find("TOKEN")) == SourcePosition{300'001, 3});
}

TEST_CASE("document: one endless line of findings takes no endless time") {
  std::string yaml = "[";
  for (int i = 0; i < 100'000; ++i) yaml += "{a: 1, a: 2}, ";
  Read read(yaml + "]");
  Codes codes = read.codes();
  CHECK(std::count(codes.begin(), codes.end(), "too-many-findings") == 1);
  CHECK(codes.size() < 110);
}

TEST_CASE("document: a file that cannot be read says why") {
  Diagnostics diagnostics;
  CHECK_FALSE(Document::load("/no/such/file.yaml", diagnostics));
  CHECK_FALSE(Document::load("/", diagnostics));
  REQUIRE(Read::codes_of(diagnostics) == Codes{"file-unreadable", "file-unreadable"});
  CHECK(diagnostics.sorted()[1].message == "cannot read the file: No such file or directory");
  CHECK(diagnostics.sorted()[0].message == "cannot read the file: Is a directory");
}

}  // namespace
}  // namespace pactolus
