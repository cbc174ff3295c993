#include <catch2/catch.hpp>

#include "aggregates/group_states.h"
#include "aggregates/registry.h"
#include "expr/batch_of_text.h"

namespace pactolus::testing {
namespace {

std::unique_ptr<const Aggregate> string_agg() {
  return bind_aggregate(*find_aggregate("string_agg"), std::vector<Type>{kTextType, kTextType});
}

std::vector<ColumnPtr> texts(const std::vector<std::string>& values,
                             const std::vector<std::string>& separators) {
  return batch_of({{"value", "text", values}, {"separator", "text", separators}}).batch.columns;
}

TEST_CASE("string_agg: each group of a batch gets its own texts, in their order, over batches") {
  auto aggregate = string_agg();
  GroupStates states(*aggregate, 3);
  auto columns = texts({"a", "b", "c", "NULL", "e"}, {",", ";", "NULL", "-", "+"});
  states.add(columns, {0, 1, 2, 3, 4}, {0, 1, 0, 1, 0});
  states.add(columns, {4, 1}, {1, 0});
  CHECK(states.result(0) == "ac+e;b");
  CHECK(states.result(1) == "b+e");
  CHECK(states.result(2) == "NULL");
}

TEST_CASE("string_agg: a merged state's first separator comes back") {
  auto aggregate = string_agg();
  GroupStates states(*aggregate, 4);
  auto columns = texts({"a", "b", "''"}, {"<", "--", "|"});
  states.add(columns, {0, 1, 2}, {0, 1, 2});
  states.merge(0, 3);
  states.merge(0, 1);
  CHECK(states.result(0) == "a--b");
  states.merge(3, 2);
  states.merge(3, 0);
  CHECK(states.result(3) == "<a--b");
}

TEST_CASE("string_agg: a result that became too long is an error for good, and its text is let go of") {
  constexpr size_t kLimit = 16 * 1024;
  auto aggregate = string_agg();
  CHECK(aggregate->blob_bytes_max() == kLimit);
  GroupStates states(*aggregate, 3);
  const std::string half(kLimit / 2, 'x');
  auto columns = texts({half, "y"}, {"''", "''"});
  states.add(columns, {0, 0}, {0, 0});
  CHECK(states.result(0) == half + half);
  states.add(columns, {1}, {0});
  CHECK(states.result(0) == "ERROR 54000");
  states.add(columns, {1}, {0});
  CHECK(states.result(0) == "ERROR 54000");
  states.heap().commit();
  CHECK(states.heap().bytes() == 0);
  states.add(columns, {0, 0, 0, 0, 1}, {1, 1, 1, 1, 2});
  CHECK(states.result(1) == "ERROR 54000");
  states.merge(2, 1);
  CHECK(states.result(2) == "ERROR 54000");
}

}  // namespace
}  // namespace pactolus::testing
