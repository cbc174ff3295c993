#include "config/names.h"

#include <catch2/catch.hpp>

#include "read.h"

namespace pactolus {
namespace {

TEST_CASE("names: letters, digits and underscores, not beginning with a digit") {
  for (const char* good : {"a", "_", "card_id", "X9", "_1"}) CHECK(is_name(good));
  for (const char* bad : {"", "9a", "a-b", "a b", "é", "a.b", "2)"}) CHECK_FALSE(is_name(bad));
}

TEST_CASE("names: what PostgreSQL cannot read as a column is reserved, in whatever case") {
  for (const char* word : {"user", "END", "Order", "left", "all", "with", "is", "verbose"})
    CHECK(is_reserved_word(word));
  for (const char* word : {"value", "time", "day", "name", "window_start", "between", "userx", ""}) {
    CHECK_FALSE(is_reserved_word(word));
  }
}

TEST_CASE("names: a scope refuses what is misspelt, reserved, or differs only in case") {
  Read read("card: 1\nCard: 2\n1st: 3\nuser: 4\nother: 5\n");
  NameScope scope;
  std::vector<bool> declared;
  for (const Entry& entry : read.root().entries())
    declared.push_back(scope.declare(entry.key, read.diagnostics));
  CHECK(declared == std::vector<bool>{true, false, false, false, true});
  CHECK(read.codes() == Codes{"duplicate-name", "bad-name", "reserved-name"});
  CHECK(read.diagnostics.sorted()[0].hint == "the first is `card` in line 1");
}

}  // namespace
}  // namespace pactolus
