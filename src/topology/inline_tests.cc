#include "topology/inline_tests.h"

#include <algorithm>

#include "config/map_reader.h"
#include "config/quantities.h"
#include "data/array_text.h"

namespace pactolus {
namespace {

/// Beside the primary key of a table's row: it is deleted. No column is called so.
constexpr std::string_view kDeleted = "$deleted";

const std::vector<FieldSpec>& test_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "name", .required = true, .summary = "what it shows, as a sentence"},
      {.name = "send",
       .kind = FieldKind::kAny,
       .required = true,
       .summary = "a list of `SOURCE: {row}`, `advance: 2m`, `restart: true` and `end: true`"},
      {.name = "expect",
       .kind = FieldKind::kAny,
       .required = true,
       .summary =
           "the rows of sinks, and of dead_letters; columns and sinks that are not named are not compared"},
      {.name = "in_order",
       .kind = FieldKind::kBoolean,
       .default_text = "false",
       .summary = "true: rows must come in this order"},
  };
  return fields;
}

/// Reads one test. Lives for that.
class TestReader {
 public:
  TestReader(const Node& node, Diagnostics& diagnostics)
      : diagnostics_(diagnostics), reader_(node, test_fields(), diagnostics) {}

  std::optional<InlineTest> run() {
    std::optional<Node> name = reader_.node("name");
    if (!name || !reader_.text("name")) return std::nullopt;
    InlineTest test{.name = Name(*name), .send = {}, .expect = {}, .dead_letters = std::nullopt};
    if (auto send = reader_.node("send")) read_send(*send, test);
    if (auto expect = reader_.node("expect")) read_expect(*expect, test);
    test.in_order = reader_.boolean("in_order").value_or(false);
    return test;
  }

 private:
  void refuse(const Node& node, std::string message, std::string hint = "") {
    if (node.is_reported()) return;
    diagnostics_.add(node.diagnostic("bad-test", std::move(message), std::move(hint)));
  }

  void read_send(const Node& send, InlineTest& test) {
    if (!send.is_sequence()) {
      refuse(send, "`send` must be a list", "such as `- payments: {amount: 1.00}`");
      return;
    }
    for (const Node& item : send.items()) {
      if (!item.is_map() || item.entries().size() != 1) {
        refuse(item,
               "one action of `send` is `SOURCE: {row}`, `advance: 2m`, `restart: true` or `end: true`");
        continue;
      }
      const Entry entry = item.entries().front();  // entries() gives a list of its own
      if (std::optional<TestAction> action = read_action(entry)) test.send.push_back(*std::move(action));
    }
  }

  std::optional<TestAction> read_action(const Entry& entry) {
    const std::string& key = entry.key.text();
    const Node& value = entry.value;
    if (value.is_map()) return read_row_to_send(entry);
    if (key == "advance") {
      if (auto by = value.is_scalar() ? parse_duration(value.text()) : std::nullopt) return AdvanceClock{*by};
      refuse(value, "`advance` must be a duration", "such as `advance: 2m`");
    } else if (key == "restart" || key == "end") {
      if (value.text() == "true" && key == "restart") return RestartTask{};
      if (value.text() == "true") return EndInput{};
      refuse(value, "write `" + key + ": true`");
    } else {
      refuse(value, "a row of `" + key + "` must be a map of fields and values", "such as `{amount: 1.00}`");
    }
    return std::nullopt;
  }

  SendRow read_row_to_send(const Entry& entry) {
    SendRow send{Name(entry.key), read_row(entry.value)};
    std::vector<TestValue>& values = send.row.values;
    auto deleted = std::ranges::find(values, kDeleted, [](const TestValue& v) { return v.column.text; });
    if (deleted == values.end()) return send;
    send.deleted = deleted->text && deleted->text->text == "true";
    if (!send.deleted) {
      refuse(*entry.value.find(kDeleted), "write `" + std::string(kDeleted) + ": true`",
             "leave it out where a row is not deleted");
    }
    values.erase(deleted);
    return send;
  }

  void read_expect(const Node& expect, InlineTest& test) {
    if (!expect.is_map()) {
      refuse(expect, "`expect` must be a map of sinks and lists of rows",
             "such as `totals: [{total: 1.00}]`");
      return;
    }
    for (const Entry& entry : expect.entries()) {
      std::vector<TestRow> rows = read_rows(entry);
      if (entry.key.text() == "dead_letters") {
        test.dead_letters = std::move(rows);
      } else {
        test.expect.push_back({Name(entry.key), std::move(rows)});
      }
    }
  }

  std::vector<TestRow> read_rows(const Entry& entry) {
    std::vector<TestRow> rows;
    if (!entry.value.is_sequence()) {
      refuse(entry.value, "what is expected of `" + entry.key.text() + "` must be a list of rows",
             "`[]` means that nothing may come");
      return rows;
    }
    for (const Node& item : entry.value.items()) {
      if (item.is_map()) {
        rows.push_back(read_row(item));
      } else {
        refuse(item, "a row must be a map of columns and values", "such as `{total: 1.00}`");
      }
    }
    return rows;
  }

  /// A list of values as PostgreSQL writes an array; none: it is something else.
  static std::optional<SourceText> array_of(const Node& node) {
    if (!node.is_sequence()) return std::nullopt;
    std::vector<std::optional<std::string>> elements;
    for (const Node& item : node.items()) {
      if (!item.is_scalar() && !item.is_null()) return std::nullopt;
      elements.push_back(item.is_null() ? std::nullopt : std::optional(item.text()));
    }
    return SourceText::verbatim(array_text(elements), node.file(), node.position());
  }

  TestRow read_row(const Node& node) {
    TestRow row{node.position(), {}};
    for (const Entry& entry : node.entries()) {
      const Node& value = entry.value;
      if (value.is_scalar()) {
        row.values.push_back({Name(entry.key), value.source_text()});
      } else if (std::optional<SourceText> array = array_of(value)) {
        row.values.push_back({Name(entry.key), std::move(array)});
      } else if (value.is_null() && value.text() == "null") {
        row.values.push_back({Name(entry.key), std::nullopt});
      } else if (value.is_null()) {
        refuse(value.text().empty() ? entry.key : value, "`" + entry.key.text() + "` has no value",
               "write `null` for NULL and `\"\"` for an empty text");
      } else {
        refuse(value,
               "`" + entry.key.text() + "` must be a value, not " + std::string(describe(value.kind())));
      }
    }
    return row;
  }

  Diagnostics& diagnostics_;
  MapReader reader_;
};

}  // namespace

std::vector<InlineTest> read_inline_tests(const Node& root, Diagnostics& diagnostics) {
  std::vector<InlineTest> tests;
  std::optional<Node> list = root.find("tests");
  if (!list || list->is_reported()) return tests;
  if (!list->is_sequence()) {
    diagnostics.add(list->diagnostic("bad-test", "`tests` must be a list"));
    return tests;
  }
  for (const Node& item : list->items()) {
    if (auto test = TestReader(item, diagnostics).run()) tests.push_back(*std::move(test));
  }
  return tests;
}

}  // namespace pactolus
