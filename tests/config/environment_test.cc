#include "config/environment.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "read.h"

namespace pactolus {
namespace {

std::optional<std::string> lookup(const std::string& name) {
  if (name == "HOST") return "broker";
  if (name == "EMPTY") return "";
  if (name == "YAML") return "{a: 'b'} # ${HOST}";
  return std::nullopt;
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST_CASE("variables: replaced by their values or defaults, as a shell does") {
  struct {
    std::string yaml, value;
  } cases[] = {
      {"${HOST}:9092", "broker:9092"},
      {"${NONE:-localhost:9092}", "localhost:9092"},
      {"${HOST:-other}", "broker"},
      {"${EMPTY:-other}", "other"},
      {"a${EMPTY}b", "ab"},
      {"${NONE:-}", ""},
      {"${HOST}-${HOST}", "broker-broker"},
      {"'${YAML}'", "{a: 'b'} # ${HOST}"},
      {"$HOST $ {x}", "$HOST $ {x}"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.yaml);
    Read read("e: " + c.yaml + "\n");
    CHECK(expand_variables(read.at("e"), lookup, read.diagnostics) == c.value);
    CHECK(read.codes() == Codes{});
  }
}

TEST_CASE(
    "variables: an unset one without default and a malformed one are found at their places, all of them") {
  Read read("e: a-${NONE}-${1x}-${HOST\n");
  CHECK_FALSE(expand_variables(read.at("e"), lookup, read.diagnostics));
  CHECK(read.codes() == Codes{"unset-variable", "bad-variable", "bad-variable"});
  auto found = read.diagnostics.sorted();
  CHECK(found[0].position == SourcePosition{1, 6});
  CHECK(found[0].length == 7);
  CHECK(found[1].position == SourcePosition{1, 14});
  CHECK(found[2].position == SourcePosition{1, 20});
}

class SecretFile {
 public:
  explicit SecretFile(const std::string& content)
      : path_(std::filesystem::temp_directory_path() / ("pactolus_secret_" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~SecretFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::optional<Secret> read_secret_at(const std::string& where, Diagnostics& diagnostics) {
  Read read("e: !secret '" + where + "'\n");
  return read_secret(read.at("e"), lookup, diagnostics);
}

TEST_CASE("secrets: a file's content without its last line break, or a variable") {
  Diagnostics diagnostics;
  for (const auto& [content, value] :
       {std::pair{"pass word\n", "pass word"}, {"p\r\n", "p"}, {"p", "p"}, {"p\n\n", "p\n"}}) {
    SecretFile file(content);
    auto secret = read_secret_at("file:" + file.path(), diagnostics);
    REQUIRE(secret);
    CHECK(secret->reveal() == value);
  }
  CHECK(read_secret_at("env:HOST", diagnostics)->reveal() == "broker");
  CHECK(diagnostics.size() == 0);
}

TEST_CASE("secrets: what cannot be read is found, and no content is told") {
  for (const char* where :
       {"file:/no/such/file", "file:/", "file:", "env:NONE", "env:EMPTY", "env:a b", "vault:x"}) {
    CAPTURE(where);
    Diagnostics found;
    CHECK_FALSE(read_secret_at(where, found));
    CHECK(found.size() == 1);
  }
  for (const std::string& content : {std::string("\n"), std::string(70'000, 'x')}) {
    SecretFile file(content);
    Diagnostics found;
    CHECK_FALSE(read_secret_at("file:" + file.path(), found));
    REQUIRE(found.size() == 1);
    CHECK(found.sorted()[0].code == "unreadable-secret");
    CHECK(found.sorted()[0].message.find("xxx") == std::string::npos);
  }
}

}  // namespace
}  // namespace pactolus
