#include "config/map_reader.h"

#include <catch2/catch.hpp>

#include "read.h"

namespace pactolus {
namespace {

using namespace std::chrono_literals;

const std::vector<FieldSpec> kFields = {
    {.name = "from", .kind = FieldKind::kName, .required = true, .summary = "the step or source to read"},
    {.name = "as", .kind = FieldKind::kNewName},
    {.name = "filter", .kind = FieldKind::kExpression, .default_text = "true"},
    {.name = "add", .kind = FieldKind::kExpressions},
    {.name = "by", .kind = FieldKind::kNames},
    {.name = "topic", .kind = FieldKind::kText},
    {.name = "tags", .kind = FieldKind::kTexts},
    {.name = "kind",
     .kind = FieldKind::kChoice,
     .default_text = "inner",
     .choices = {"inner", "left", "full"}},
    {.name = "grace", .kind = FieldKind::kDuration, .default_text = "0s", .maximum = 86'400'000'000},
    {.name = "memory", .kind = FieldKind::kSize, .minimum = 1 << 20},
    {.name = "every", .kind = FieldKind::kInteger, .minimum = 1, .maximum = 10},
    {.name = "global", .kind = FieldKind::kBoolean, .default_text = "false"},
    {.name = "rest", .kind = FieldKind::kSettings},
    {.name = "any", .kind = FieldKind::kAny},
    {.name = "within",
     .kind = FieldKind::kMap,
     .fields =
         {{.name = "after", .kind = FieldKind::kDuration, .required = true, .summary = "how long to wait"},
          {.name = "before", .kind = FieldKind::kDuration, .default_text = "5s"}}},
};

std::optional<std::string> lookup(const std::string& name) {
  return name == "TOPIC" ? std::optional<std::string>("payments") : std::nullopt;
}

struct Outcome {
  explicit Outcome(const std::string& yaml, std::vector<FieldSpec> with_fields = kFields)
      : text(yaml),
        fields(std::move(with_fields)),
        read(yaml),
        reader(read.root(), fields, read.diagnostics, &environment) {}

  std::string rendered() const {
    std::string result;
    for (const Diagnostic& d : read.diagnostics.sorted()) result += render(d, text);
    return result;
  }

  std::string text;
  std::vector<FieldSpec> fields;
  Environment environment = lookup;
  Read read;
  MapReader reader;
};

TEST_CASE("map reader: every kind of field is read as its type") {
  Outcome outcome(R"(
from: payments
as: c
filter: amount > 0
add: {b: x + 1, a: y}
by: [card_id, merchant]
topic: ${TOPIC}.v1
tags: one
kind: left
grace: 30s
memory: 64MiB
every: 3
global: true
rest: {b.c: 1, a: x}
any: [1]
within: {after: 10m}
)");
  const MapReader& r = outcome.reader;
  REQUIRE(outcome.rendered().empty());
  CHECK(r.ok());
  CHECK(r.name("from")->text == "payments");
  CHECK(r.name("from")->position == SourcePosition{2, 7});
  CHECK(r.name("as")->text == "c");
  CHECK(r.expression("filter")->text == "amount > 0");
  REQUIRE(r.expressions("add")->size() == 2);
  CHECK(r.expressions("add")->at(0).name.text == "b");
  CHECK(r.expressions("add")->at(0).expression.position_of(4) == SourcePosition{5, 14});
  CHECK(r.names("by")->at(1).text == "merchant");
  CHECK(r.text("topic") == "payments.v1");
  CHECK(r.texts("tags") == std::vector<std::string>{"one"});
  CHECK(r.text("kind") == "left");
  CHECK(r.duration("grace") == Duration{30s});
  CHECK(r.integer("memory") == 64 << 20);
  CHECK(r.integer("every") == 3);
  CHECK(r.boolean("global") == true);
  CHECK(r.settings("rest")->at(0).name.text == "b.c");
  CHECK(r.node("any")->items().size() == 1);
  CHECK(r.map("within").duration("after") == Duration{10min});
  CHECK(r.map("within").duration("before") == Duration{5s});
}

TEST_CASE("map reader: what is absent has its default, or nothing") {
  Outcome outcome("from: payments\n");
  const MapReader& r = outcome.reader;
  CHECK(r.ok());
  CHECK_FALSE(r.has("filter"));
  CHECK(r.expression("filter")->text == "true");
  CHECK(r.text("kind") == "inner");
  CHECK(r.duration("grace") == Duration{0});
  CHECK(r.boolean("global") == false);
  CHECK_FALSE(r.name("as"));
  CHECK_FALSE(r.expressions("add"));
  CHECK_FALSE(r.integer("every"));
  CHECK_FALSE(r.node("any"));
  CHECK_FALSE(r.map("within").duration("after"));
  CHECK(r.map("within").duration("before") == Duration{5s});
}

TEST_CASE("map reader: each wrong value is found at its place") {
  struct {
    std::string field, code;
    uint32_t column;
  } cases[] = {
      {"from: [a]", "wrong-kind", 7},
      {"from: 9a", "bad-name", 7},
      {"from:", "wrong-kind", 1},
      {"as: order", "reserved-name", 5},
      {"filter: 'x'", "unneeded-quotes", 9},
      {"add: {x: 1, X: 2}", "duplicate-name", 13},
      {"add: {user: 1}", "reserved-name", 7},
      {"add: {x: }", "empty-expression", 7},
      {"add: x", "wrong-kind", 6},
      {"by: {a: 1}", "wrong-kind", 5},
      {"by: []", "wrong-kind", 5},
      {"by: [a, b-c]", "bad-name", 9},
      {"topic: {a: 1}", "wrong-kind", 8},
      {"topic: ${NONE}", "unset-variable", 8},
      {"topic: !secret env:TOPIC", "misplaced-secret", 16},
      {"tags: [a, [b]]", "wrong-kind", 11},
      {"kind: lft", "bad-value", 7},
      {"grace: 30", "bad-value", 8},
      {"grace: 2d", "out-of-range", 8},
      {"memory: 1KiB", "out-of-range", 9},
      {"memory: 64MB", "bad-value", 9},
      {"every: 0", "out-of-range", 8},
      {"every: 11", "out-of-range", 8},
      {"every: x", "bad-value", 8},
      {"global: yes", "bad-value", 9},
      {"rest: {a: [1]}", "wrong-kind", 11},
      {"rest: {a: !secret env:NONE}", "unset-variable", 19},
      {"within: 5m", "wrong-kind", 9},
      {"within: {before: 1s}", "missing-key", 1},
      {"within: {after: 1s, befor: 1s}", "unknown-key", 21},
  };
  for (const auto& c : cases) {
    CAPTURE(c.field);
    Outcome outcome((c.field.starts_with("from") ? "" : "from: payments\n") + c.field + "\n");
    CHECK(outcome.read.codes() == Codes{c.code});
    CHECK(outcome.read.diagnostics.sorted().at(0).position.column == c.column);
    CHECK_FALSE(outcome.reader.ok());
  }
}

TEST_CASE("map reader: all findings come at once, with what to write instead") {
  Outcome outcome(
      "steps:\n"
      "  big:\n"
      "    fitler: amount > 0\n"
      "    kind: lft\n"
      "    grace: 10 s\n"
      "    global: on\n"
      "    zzz: 1\n",
      {{.name = "steps",
        .kind = FieldKind::kMap,
        .fields = {{.name = "big",
                    .kind = FieldKind::kMap,
                    .required = true,
                    .summary = "",
                    .fields = {
                        {.name = "from",
                         .kind = FieldKind::kName,
                         .required = true,
                         .summary = "the step or source to read"},
                        {.name = "filter",
                         .kind = FieldKind::kExpression,
                         .required = true,
                         .summary = "rows to keep"},
                        {.name = "kind", .kind = FieldKind::kChoice, .choices = {"inner", "left"}},
                        {.name = "grace", .kind = FieldKind::kDuration},
                        {.name = "global", .kind = FieldKind::kBoolean},
                    }}}}});
  CHECK(outcome.rendered() ==
        "test.yaml:2:3: error[missing-key]: `big` needs the key `from`\n"
        " 2 |   big:\n"
        "   |   ^^^\n"
        "   = hint: `from:` the step or source to read (a name)\n"
        "test.yaml:3:5: error[unknown-key]: unknown key `fitler` in `big`\n"
        " 3 |     fitler: amount > 0\n"
        "   |     ^^^^^^\n"
        "   = hint: did you mean `filter`?\n"
        "test.yaml:4:11: error[bad-value]: `kind` must be one of inner, left, not `lft`\n"
        " 4 |     kind: lft\n"
        "   |           ^^^\n"
        "   = hint: did you mean `left`?\n"
        "test.yaml:5:12: error[bad-value]: `grace` must be a duration such as 250ms, 10s, 5m, 1h or 30d, not "
        "`10 s`\n"
        " 5 |     grace: 10 s\n"
        "   |            ^^^^\n"
        "test.yaml:6:13: error[bad-value]: `global` must be true or false, not `on`\n"
        " 6 |     global: on\n"
        "   |             ^^\n"
        "   = hint: write `true`\n"
        "test.yaml:7:5: error[unknown-key]: unknown key `zzz` in `big`\n"
        " 7 |     zzz: 1\n"
        "   |     ^^^\n"
        "   = hint: known are `from`, `filter`, `kind`, `grace`, `global`\n");
  CHECK_FALSE(outcome.reader.ok());
  CHECK_FALSE(outcome.reader.map("steps").ok());
}

TEST_CASE("map reader: what the document reported is not reported again") {
  Outcome outcome("from: payments\nadd: {a: round(x, 2)}\n<<: {topic: x}\nwithin: {<<: {after: 1s}}\n");
  CHECK(outcome.read.codes() == Codes{"split-at-comma", "merge-key", "merge-key"});
  CHECK_FALSE(outcome.reader.ok());
  CHECK_FALSE(outcome.reader.expressions("add"));
}

TEST_CASE("map reader: an empty map and nothing are the same") {
  for (const char* yaml : {"{}", "", "# nothing\n"}) {
    Outcome outcome(yaml);
    CHECK(outcome.read.codes() == Codes{"missing-key"});
  }
  CHECK(Outcome("null").read.codes() == Codes{"wrong-kind"});
  CHECK(Outcome("[a]").read.codes() == Codes{"wrong-kind"});
  CHECK(Outcome("from: a\nwithin:\n").read.codes() == Codes{"missing-key"});
}

TEST_CASE("map reader: without an environment variables and secrets are refused") {
  Read read("topic: a-${TOPIC}\nrest: {a: !secret env:TOPIC}\n");
  std::vector<FieldSpec> fields = {{.name = "topic"}, {.name = "rest", .kind = FieldKind::kSettings}};
  MapReader reader(read.root(), fields, read.diagnostics);
  CHECK(read.codes() == Codes{"misplaced-variable", "misplaced-secret"});
  CHECK(read.diagnostics.sorted()[0].position == SourcePosition{1, 10});
}

TEST_CASE("map reader: a number may stand in quotes, or come from the environment") {
  Outcome outcome("from: a\nevery: \"3\"\nglobal: ${NONE:-true}\n");
  CHECK(outcome.reader.ok());
  CHECK(outcome.reader.integer("every") == 3);
  CHECK(outcome.reader.boolean("global") == true);
}

}  // namespace
}  // namespace pactolus
