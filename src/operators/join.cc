#include <algorithm>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "config/quantities.h"
#include "operators/expression_text.h"
#include "operators/joining/interval_join.h"
#include "operators/joining/table_join_builder.h"
#include "operators/key_columns.h"
#include "operators/name_diagnostic.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

constexpr std::string_view kInputs[] = {"stream", "table"};

/// Rows without a partner go out in slices of about this part of the interval.
constexpr int kSlices = 64;

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "stream", .kind = FieldKind::kStream, .summary = "the source or step whose rows are joined"},
      {.name = "table",
       .kind = FieldKind::kStream,
       .summary = "instead of `stream`: the table in which rows are looked up, a source with a `primary_key` "
                  "or a step "
                  "whose rows change"},
      {.name = "as",
       .kind = FieldKind::kNewName,
       .summary = "what the joined side is called in expressions; its own name, unless said"},
      {.name = "kind",
       .kind = FieldKind::kChoice,
       .default_text = "inner",
       .choices = {"inner", "left", "right", "full"},
       .summary =
           "whose rows go out without a partner, too: those of `from` (left), those of the joined side "
           "(right), or of both (full)"},
      {.name = "match",
       .kind = FieldKind::kExpression,
       .required = true,
       .summary = "equalities of columns, `a.x = b.y AND …`; NULL matches nothing"},
      {.name = "within",
       .kind = FieldKind::kMap,
       .summary = "how far before and after the row of `from` the joined row may be in event time",
       .fields = {{.name = "before",
                   .kind = FieldKind::kDuration,
                   .default_text = "0s",
                   .minimum = 0,
                   .maximum = kWindowMicrosMax,
                   .summary = "this long before, at the most"},
                  {.name = "after",
                   .kind = FieldKind::kDuration,
                   .default_text = "0s",
                   .minimum = 0,
                   .maximum = kWindowMicrosMax,
                   .summary = "this long after, at the most"}}},
      {.name = "grace",
       .kind = FieldKind::kDuration,
       .default_text = "0s",
       .minimum = 0,
       .maximum = kWindowMicrosMax,
       .summary = "for how much longer rows are remembered, for those that come late"},
      {.name = "unmatched",
       .kind = FieldKind::kChoice,
       .choices = {"drop", "dead_letter"},
       .summary = "with a table: where rows without match go that `kind: inner` does not keep; `drop` unless "
                  "said, which counts them under the step's name"},
      {.name = "max_age",
       .kind = FieldKind::kDuration,
       .minimum = 0,
       .summary =
           "with a table that has `time`: a row of it that is older at the time of the stream's row does "
           "not match"},
      {.name = "emit", .kind = FieldKind::kAny, .summary = "not available yet"},
      add_field(),
      select_field(),
      repartition_field(),
  };
  return fields;
}

/// The columns of both sides whose equal values make a pair.
struct Key {
  std::array<std::vector<size_t>, 2> columns;
};

/// Puts the join together, and goes on after errors to find more of them. Lives for one build.
class JoinBuilder {
 public:
  explicit JoinBuilder(const OperatorBuild& build)
      : build_(build), reader_(*build.node, fields(), *build.diagnostics) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    if (!check_inputs()) return nullptr;
    const std::string kind = reader_.text("kind").value_or("inner");
    is_outer_ = {kind == "left" || kind == "full", kind == "right" || kind == "full"};
    Scope scope{{{left().name, left().schema, is_outer_[1]}, {right_name(), right().schema, is_outer_[0]}},
                build_.constants,
                build_.hints};
    const std::optional<Key> key = read_key(scope);
    ProjectionBuilder builder(build_, reader_, std::move(scope));
    builder.read(/*takes_drop=*/false);
    std::optional<Projection> projection = builder.take();
    if (!ok_ || !key || !projection) return nullptr;
    auto join = program(*key, *std::move(projection));
    return make_interval_join(std::move(join), repartition_partitions(reader_), std::move(description_));
  }

 private:
  const StepInput& left() const { return build_.inputs.front(); }
  const StepInput& right() const { return build_.inputs.back(); }
  std::string right_name() const {
    const auto name = reader_.name("as");
    return name ? name->text : right().name;
  }

  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  bool check_inputs() {
    if (!reader_.has("stream")) {
      refuse(build_.node->diagnostic(
          "missing-key", "a `join` needs one of the keys `stream` and `table`",
          "`stream:` names the source or step whose rows are joined, `table:` a source "
          "with a `primary_key`"));
    } else if (!reader_.has("within")) {
      refuse(build_.node->diagnostic("missing-key", "a join of streams needs the key `within`",
                                     "write how far apart rows may be: `within: {before: 0s, after: 10m}`"));
    }
    if (build_.inputs.size() != 2) return false;
    for (const StepInput& input : build_.inputs) {
      if (!input.is_table || !reader_.has("stream")) continue;
      refuse(reader_.node("stream")->diagnostic("not-a-stream",
                                                "`" + input.name + "` is a table, not a stream",
                                                "`table:` joins the rows of `from:` with a table"));
      return false;
    }
    if (lower_case(right_name()) == lower_case(left().name)) {
      refuse(build_.node->diagnostic("duplicate-name", "both sides are called `" + left().name + "`",
                                     "give the joined one a name of its own: `as: other`"));
      return false;
    }
    return true;
  }

  std::optional<Key> read_key(const Scope& scope) {
    const std::optional<SourceText> text = reader_.expression("match");
    if (!text) return std::nullopt;
    auto pairs = bind_equalities(*text, scope, *build_.diagnostics);
    if (!pairs) return std::nullopt;
    Key key;
    for (ColumnPair& pair : *pairs) {
      if (pair.left.input == 1) std::swap(pair.left, pair.right);
      if (!check_types(pair)) continue;
      key.columns[0].push_back(pair.left.column);
      key.columns[1].push_back(pair.right.column);
    }
    match_text_ = normal_text(*text);
    return key;
  }

  bool check_types(const ColumnPair& pair) {
    const Field& a = (*left().schema)[pair.left.column];
    const Field& b = (*right().schema)[pair.right.column];
    Diagnostic finding = pair.where;
    if (a.type.kind != b.type.kind) {
      finding.code = "type-mismatch";
      finding.message = "`" + left().name + "." + a.name + "` is " + to_string(a.type) + " and `" +
                        right_name() + "." + b.name + "` is " + to_string(b.type);
      finding.hint = "make them alike with a `project` step before: CAST(" + b.name + " AS " +
                     to_string(Type{a.type.kind}) + ")";
    } else if (!is_key_kind(a.type.kind)) {
      finding.code = "key-type";
      finding.message = "`" + a.name + "` cannot be a key: it is " + to_string(a.type);
      finding.hint = "a text can: CAST(" + a.name + " AS text) in a `project` step before";
    } else {
      return true;
    }
    refuse(std::move(finding));
    return false;
  }

  std::unique_ptr<const IntervalJoin> program(const Key& key, Projection projection) {
    const MapReader& within = reader_.map("within");
    const Duration before = *within.duration("before");
    const Duration after = *within.duration("after");
    const Duration slice = slice_of(before + after);
    const Duration window = kSlices * slice;
    describe(before, after, projection);
    const auto side = [&](size_t i) {
      const StepInput& input = i == 0 ? left() : right();
      std::vector<size_t> columns = columns_of(i, key, projection);
      Schema kept = kept_columns(*input.schema, columns);
      return with_tables(build_.step, *input.schema,
                         {.name = i == 0 ? "left" : "right",
                          .kept = std::move(kept),
                          .columns = std::move(columns),
                          .key = key.columns[i],
                          .back = i == 0 ? before : after,
                          .ahead = i == 0 ? after : before,
                          .is_outer = is_outer_[i],
                          .window = window,
                          .slice = is_outer_[0] || is_outer_[1] ? slice : window});
    };
    std::array<JoinedSide, 2> sides{side(0), side(1)};
    Windows slices = tumbling_windows(sides[0].slice);
    return std::unique_ptr<const IntervalJoin>(new IntervalJoin{.step = build_.step,
                                                                .grace = *reader_.duration("grace"),
                                                                .row = row_of_both(),
                                                                .left_columns = left().schema->size(),
                                                                .sides = std::move(sides),
                                                                .projection = std::move(projection),
                                                                .slices = std::move(slices)});
  }

  /// Whole seconds, or milliseconds where these are too long.
  static Duration slice_of(Duration interval) {
    Duration unit = std::chrono::seconds{1};
    if (interval < kSlices * unit) unit = std::chrono::milliseconds{1};
    return unit * std::max<int64_t>(1, (interval + kSlices * unit - Duration{1}) / (kSlices * unit));
  }

  /// What a side's rows are remembered with: their key, and what the result is made of.
  std::vector<size_t> columns_of(size_t side, const Key& key, const Projection& projection) const {
    std::vector<size_t> columns = key.columns[side];
    const size_t left_columns = left().schema->size();
    for (size_t column : projection.columns_used()) {
      if ((column >= left_columns) == (side == 1)) columns.push_back(column - (side == 1 ? left_columns : 0));
    }
    std::ranges::sort(columns);
    columns.erase(std::ranges::unique(columns).begin(), columns.end());
    return columns;
  }

  static Schema kept_columns(const Schema& schema, const std::vector<size_t>& columns) {
    std::vector<Field> fields;
    for (size_t column : columns) fields.push_back({schema[column].name, schema[column].type, true});
    return Schema(std::move(fields));
  }

  Schema row_of_both() const {
    std::vector<Field> fields = left().schema->fields();
    for (const Field& field : right().schema->fields()) fields.push_back(field);
    return Schema(std::move(fields));
  }

  void describe(Duration before, Duration after, const Projection& projection) {
    const Duration grace = *reader_.duration("grace");
    description_ = {{"kind", *reader_.text("kind")},
                    {"match", match_text_},
                    {"within", to_string(before) + " before to " + to_string(after) + " after"},
                    {"grace", to_string(grace)},
                    {"remembers", left().name + " for " + to_string(after + grace) + ", " + right_name() +
                                      " for " + to_string(before + grace)}};
    for (auto& line : projection.describe()) description_.push_back(std::move(line));
  }

  const OperatorBuild& build_;
  MapReader reader_;
  bool ok_ = true;
  std::array<bool, 2> is_outer_{};
  std::string match_text_;
  std::vector<std::pair<std::string, std::string>> description_;
};

/// None of these keys says anything about what is joined; else they were reported.
bool check_absent(const MapReader& reader, std::span<const char* const> keys, const std::string& other,
                  Diagnostics& diagnostics) {
  bool ok = true;
  for (const char* key : keys) {
    if (!reader.has(key)) continue;
    ok = false;
    diagnostics.add(reader.node(key)->key()->diagnostic(
        "conflicting-keys", "`" + std::string(key) + "` is for joins with a " + other));
  }
  return ok;
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  static constexpr const char* kOfStreams[] = {"stream", "within", "grace"};
  static constexpr const char* kOfTables[] = {"unmatched", "max_age"};
  Diagnostics unread;  // the builders report what is wrong with the keys
  const MapReader reader(*build.node, fields(), unread);
  if (reader.has("emit")) {
    build.diagnostics->add(not_available(*reader.node("emit")->key(), "`emit` in a join",
                                         "in this release results go out when rows come"));
  }
  const bool with_table = reader.has("table");
  const bool alone = with_table ? check_absent(reader, kOfStreams, "stream", *build.diagnostics)
                                : check_absent(reader, kOfTables, "table", *build.diagnostics);
  if (reader.has("emit") || !alone) return nullptr;
  if (!with_table) return JoinBuilder(build).run();
  const MapReader checked(*build.node, fields(), *build.diagnostics);
  return build.inputs.size() == 2 ? build_table_join(build, checked) : nullptr;
}

constexpr std::string_view kExample = R"(topology: settled-payments
sources:
  auths:
    topic: authorizations
    key: auth_id
    time: {field: authorized_at, disorder: 10s}
    fields:
      auth_id: text
      amount: numeric(12,2)
      authorized_at: timestamptz
  captures:
    topic: captures
    key: auth_id
    time: {field: captured_at, disorder: 10s}
    fields:
      auth_id: text
      amount: numeric(12,2)
      captured_at: timestamptz
steps:
  settled:
    from: auths
    join:
      stream: captures
      as: c
      kind: left
      within: {after: 10m}
      match: auths.auth_id = c.auth_id
      add:
        captured: c.amount
sinks:
  settled: {from: settled, topic: payments.settled, key: auth_id}
tests:
  - name: an authorization without capture goes out once ten minutes have passed
    send:
      - auths: {auth_id: a, amount: 10.00, authorized_at: 2026-01-01T00:00:00Z}
      - auths: {auth_id: b, amount: 20.00, authorized_at: 2026-01-01T00:00:01Z}
      - captures: {auth_id: a, amount: 9.50, captured_at: 2026-01-01T00:10:00Z}
      - captures: {auth_id: b, amount: 20.00, captured_at: 2026-01-01T00:10:02Z}
      - end: true
    expect:
      settled:
        - {auth_id: a, amount: 10.00, captured: 9.50}
        - {auth_id: b, amount: 20.00, captured: null}
)";

}  // namespace

PACTOLUS_REGISTER(join);
const OperatorSpec& join_spec() {
  static const OperatorSpec spec{
      .name = "join",
      .summary =
          "pairs rows of two streams that have equal keys and are near each other in event time, or "
          "adds to each row what a table has for it; of two tables the result is one",
      .guarantee =
          "a pair goes out when its second row comes, with the later of both event times; the pairs of one "
          "row "
          "in the order of the other side's event times, of equal ones as they came. A row of an outer side "
          "that has no partner goes out exactly once, when its time has passed. Which rows match does not "
          "depend on the order in which they come; a row so late that partners may be forgotten is a dead "
          "letter `late`. With a table, order is kept, and a row meets what has arrived of the table when it "
          "comes, all that was there at the start: its latest row or, where it has times, that as of its "
          "own. "
          "Of two tables each change of either side gives the changes of the results that it touches, and "
          "none "
          "where nothing changes",
      .example = kExample,
      .inputs = kInputs,
      .takes_tables = true,
      .takes_table_sources = true,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
