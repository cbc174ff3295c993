#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/types.h"
#include "config/document.h"
#include "config/names.h"

namespace pactolus {

/// The `tests:` of a topology, as they are written: values are the characters in the file, to be read by the
/// type of the column that they are for. Running them is somebody else's.

struct TestValue {
  Name column;
  std::optional<SourceText> text;  // none: NULL
};

struct TestRow {
  SourcePosition position;
  std::vector<TestValue> values;
};

struct SendRow {
  Name source;
  TestRow row;
  bool deleted = false;  // the record has no value: a row of a table is deleted
};
struct AdvanceClock {  // the wall clock, never event time
  Duration by;
};
struct RestartTask {};  // killed and restored
struct EndInput {};     // closes all windows
using TestAction = std::variant<SendRow, AdvanceClock, RestartTask, EndInput>;

struct ExpectedRows {
  Name sink;
  std::vector<TestRow> rows;  // empty: nothing may come
};

struct InlineTest {
  Name name;
  std::vector<TestAction> send;
  std::vector<ExpectedRows> expect;  // sinks that are not named are not compared
  std::optional<std::vector<TestRow>> dead_letters;
  bool in_order = false;  // else rows are compared as sets
};

/// Reads `tests:` of a topology's file, whose root is `root`. Reports what is malformed; names are checked by
/// load_topology().
std::vector<InlineTest> read_inline_tests(const Node& root, Diagnostics& diagnostics);

}  // namespace pactolus
