#include "topology/inline_test_checks.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "data/text_format.h"
#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

class TestChecker {
 public:
  TestChecker(const Draft& draft, Diagnostics& diagnostics) : draft_(draft), diagnostics_(diagnostics) {}

  void check(const InlineTest& test) {
    for (const TestAction& action : test.send) {
      if (auto* send = std::get_if<SendRow>(&action)) check(*send);
    }
    for (const ExpectedRows& expected : test.expect) check(expected);
    for (const TestRow& row : test.dead_letters.value_or(std::vector<TestRow>{})) check_dead_letter(row);
  }

 private:
  void refuse(const Name& name, std::string code, std::string message, std::string hint) {
    diagnostics_.add(
        SourceText::verbatim(name.text, draft_.file, name.position)
            .diagnostic(0, name.text.size(), std::move(code), std::move(message), std::move(hint)));
  }

  void check(const SendRow& send) {
    auto source = std::ranges::find_if(
        draft_.sources, [&](const SourceDraft& s) { return same(s.key.text(), send.source.text); });
    if (source == draft_.sources.end()) {
      std::vector<std::string> names;
      for (const SourceDraft& s : draft_.sources) names.push_back(s.key.text());
      names.insert(names.end(), {"advance", "restart", "end"});
      refuse(send.source, "unknown-source", "there is no source `" + send.source.text + "`",
             name_hint(send.source.text, names, "sources and actions"));
      return;
    }
    if (send.deleted && !source->is_table) {
      refuse(send.source, "bad-test",
             "a row of `" + send.source.text + "` cannot be deleted: the source is a stream",
             "a table has a `primary_key`");
    }
    if (!source->plan) return;
    std::vector<std::string> names;
    for (const SourceField& field : source->plan->fields) {
      names.push_back(field.name);
      if (path_text(field) != field.name) names.push_back(path_text(field));
    }
    check_columns(send.row, names, "the source `" + send.source.text + "` has no field");
  }

  /// Rows may also be written as the record is: with the place that a field is read from.
  static std::string path_text(const SourceField& field) {
    std::string text;
    for (const std::string& name : field.path) text += (text.empty() ? "" : ".") + name;
    return text;
  }

  void check(const ExpectedRows& expected) {
    auto sink = std::ranges::find_if(
        draft_.sinks, [&](const SinkDraft& s) { return same(s.key.text(), expected.sink.text); });
    if (sink == draft_.sinks.end()) {
      std::vector<std::string> names = {"dead_letters"};
      for (const SinkDraft& s : draft_.sinks) names.push_back(s.key.text());
      refuse(expected.sink, "unknown-sink", "there is no sink `" + expected.sink.text + "`",
             name_hint(expected.sink.text, names, "sinks"));
      return;
    }
    if (!sink->plan) return;
    for (const TestRow& row : expected.rows) {
      check_columns(row, sink->plan->schema.names(), "the sink `" + expected.sink.text + "` has no column");
      for (const TestValue& value : row.values) check_type(sink->plan->schema, value);
    }
  }

  void check_columns(const TestRow& row, const std::vector<std::string>& names, const std::string& what) {
    for (const TestValue& value : row.values) {
      bool known =
          std::ranges::any_of(names, [&](const std::string& name) { return same(name, value.column.text); });
      if (known) continue;
      refuse(value.column, "unknown-column", what + " `" + value.column.text + "`",
             name_hint(value.column.text, names, "columns"));
    }
  }

  void check_type(const Schema& schema, const TestValue& value) {
    std::optional<size_t> column = schema.find(value.column.text);
    if (!column || !value.text) return;
    Column slot(schema[*column].type, 1);
    Arena memory;
    TextResult<void> parsed = parse_value(value.text->text, slot, 0, memory);
    if (parsed.ok()) return;
    diagnostics_.add(value.text->diagnostic(
        0, value.text->text.size(), "bad-value",
        "`" + value.column.text + "` can never have this value: " + parsed.error().message));
  }

  void check_dead_letter(const TestRow& row) {
    check_columns(row, dead_letter_columns(), "a dead letter has no column");
    for (const TestValue& value : row.values) {
      bool names_stream = same(value.column.text, "step") || same(value.column.text, "source");
      if (!names_stream || !value.text || draft_.find_stream(value.text->text)) continue;
      diagnostics_.add(
          value.text->diagnostic(0, value.text->text.size(), "unknown-stream",
                                 "there is no source and no step `" + value.text->text + "`",
                                 name_hint(value.text->text, draft_.stream_names(), "sources and steps")));
    }
  }

  /// Besides its own, those of what was refused: a record of some source, or a row of some step.
  std::vector<std::string> dead_letter_columns() const {
    std::vector<std::string> names = {"step", "source", "code", "message"};
    for (const SourceDraft& source : draft_.sources) {
      for (const SourceField& field : source.plan ? source.plan->fields : std::vector<SourceField>{}) {
        names.push_back(path_text(field));
      }
    }
    for (size_t stream = 0; stream < draft_.stream_count(); ++stream) {
      const Schema* schema = draft_.schema_of(stream);
      if (schema == nullptr) continue;
      for (const Field& field : schema->fields()) names.push_back(field.name);
    }
    return names;
  }

  static bool same(std::string_view a, std::string_view b) { return lower_case(a) == lower_case(b); }

  const Draft& draft_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_inline_tests(const std::vector<InlineTest>& tests, const Draft& draft, Diagnostics& diagnostics) {
  TestChecker checker(draft, diagnostics);
  for (const InlineTest& test : tests) checker.check(test);
}

}  // namespace pactolus
