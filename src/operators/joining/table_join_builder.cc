#include "operators/joining/table_join_builder.h"

#include <algorithm>
#include <array>

#include "base/nearest_name.h"
#include "config/quantities.h"
#include "operators/expression_text.h"
#include "operators/joining/keyed_join_builder.h"
#include "operators/joining/table_join.h"
#include "operators/key_columns.h"
#include "operators/name_diagnostic.h"

namespace pactolus {
namespace {

/// Puts the program together, and goes on after errors to find more of them. Lives for one build.
class TableJoinBuilder {
 public:
  TableJoinBuilder(const OperatorBuild& build, const MapReader& reader)
      : build_(build), reader_(reader), stream_(build.inputs[0]), table_(build.inputs[1]) {}

  std::unique_ptr<const OperatorNode> run() {
    ok_ = reader_.ok();
    check_inputs();
    check_names();
    if (!ok_) return nullptr;
    if (stream_.is_table) {
      read_kind_of_tables();
    } else {
      read_unmatched();
      read_versions();
    }
    read_match();
    std::optional<Projection> projection = read_projection();
    if (!ok_ || !projection) return nullptr;
    if (stream_.is_table) return join_of_tables(*std::move(projection));
    program_.table = table_.name;
    program_.projection = *std::move(projection);
    program_.stream_columns = stream_.schema->size();
    program_.table_columns = table_.schema->size();
    keep_columns();
    program_.step = build_.step;
    program_.key_schema = key_schema();
    program_.partitions = repartition_partitions(reader_);
    describe();
    return make_table_join(std::move(program_));
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  std::string table_name() const {
    const std::optional<Name> as = reader_.name("as");
    return as ? as->text : table_.name;
  }

  void check_inputs() {
    const Node table = *reader_.node("table");
    const auto is_windowed = [](const StepInput& input) { return input.is_table && input.window_end; };
    const auto has_no_key = [](const StepInput& input) {
      return input.is_table && input.key_columns.empty();
    };
    if (!table_.is_table) {
      refuse(
          table.diagnostic("not-a-table", "`" + table_.name + "` is a stream",
                           "a table is a source with a `primary_key`, or a step whose rows change; `stream:` "
                           "joins with a stream"));
    } else if (is_windowed(table_) || is_windowed(stream_)) {
      refuse(
          not_available(table, "a join with a table that has windows",
                        "its rows would be remembered for ever: join with what the windows are made of, or "
                        "take the windows out"));
    } else if (has_no_key(table_) || has_no_key(stream_)) {
      refuse(table.diagnostic(
          "table-without-key",
          "`" + (has_no_key(table_) ? table_ : stream_).name + "` has a single row, and no key to join by",
          "group it `by` something"));
    }
  }

  void check_names() {
    if (lower_case(table_name()) != lower_case(stream_.name)) return;
    refuse(reader_.node(reader_.has("as") ? "as" : "table")
               ->diagnostic("duplicate-name", "both sides are called `" + stream_.name + "`",
                            "give the table a name of its own: `as: t`"));
  }

  void read_unmatched() {
    const std::string kind = reader_.text("kind").value_or("inner");
    if (kind == "right" || kind == "full") {
      refuse(not_available(*reader_.node("kind"), "a join that gives rows of a table without a partner",
                           "with a table it is `inner` or `left`"));
    }
    const bool left = kind == "left";
    is_outer_ = {left, false};
    const std::optional<std::string> unmatched = reader_.text("unmatched");
    program_.unmatched = left                         ? Unmatched::kNulls
                         : unmatched == "dead_letter" ? Unmatched::kDeadLetter
                                                      : Unmatched::kDrop;
    if (!left || !reader_.has("unmatched")) return;
    refuse(reader_.node("unmatched")
               ->key()
               ->diagnostic("conflicting-keys", "`kind: left` keeps rows without match, with NULLs",
                            "leave `unmatched` out, or write `kind: inner`"));
  }

  void read_kind_of_tables() {
    const std::string kind = reader_.text("kind").value_or("inner");
    is_outer_ = {kind == "left" || kind == "full", kind == "right" || kind == "full"};
    for (const char* key : {"unmatched", "max_age"}) {
      if (!reader_.has(key)) continue;
      refuse(reader_.node(key)->key()->diagnostic(
          "conflicting-keys", "`" + std::string(key) + "` is for rows of a stream: `" + stream_.name +
                                  "` is a table, and its results change with both sides"));
    }
  }

  std::unique_ptr<const OperatorNode> join_of_tables(Projection projection) {
    return build_keyed_join(build_, reader_, table_name(), {program_.stream_key, program_.table_key},
                            is_outer_, std::move(projection));
  }

  /// A table with `time` is joined as of the time of the stream's row.
  void read_versions() {
    program_.versions = table_.versions;
    program_.age_max = reader_.duration("max_age");
    if (table_.has_time && !table_.versions) {
      refuse(reader_.node("table")->diagnostic(
          "no-versions",
          "`" + table_.name +
              "` has `time`, so it is joined as of the time of a row: how much of its history is kept?",
          "write `versions: 1h` beside its `time`; without `time`, rows meet what is its latest when they "
          "come"));
    } else if (!table_.has_time && program_.age_max) {
      refuse(reader_.node("max_age")->key()->diagnostic(
          "conflicting-keys", "`max_age` is for tables with times: `" + table_.name + "` has no `time`"));
    }
  }

  Scope scope() const {
    return {{{stream_.name, stream_.schema, is_outer_[1]}, {table_name(), table_.schema, is_outer_[0]}},
            build_.constants,
            build_.hints};
  }

  void read_match() {
    const std::optional<SourceText> match = reader_.expression("match");
    if (!match) return;
    const auto pairs = bind_equalities(*match, scope(), *build_.diagnostics);
    if (!pairs) {
      ok_ = false;
      return;
    }
    program_.table_key = table_.key_columns;
    std::vector<std::optional<size_t>> matched(program_.table_key.size());
    for (const ColumnPair& pair : *pairs) {
      const bool table_left = pair.left.input == 1;
      add_pair(pair, (table_left ? pair.right : pair.left).column,
               (table_left ? pair.left : pair.right).column, matched);
    }
    for (const std::optional<size_t>& column : matched) {
      if (column) program_.stream_key.push_back(*column);
    }
    if (ok_ && program_.stream_key.size() < program_.table_key.size()) refuse(not_the_key(*match));
  }

  void add_pair(const ColumnPair& pair, size_t stream_column, size_t table_column,
                std::vector<std::optional<size_t>>& matched) {
    Diagnostic finding = pair.where;
    const Field& left = (*stream_.schema)[stream_column];
    const Field& right = (*table_.schema)[table_column];
    const auto place = std::ranges::find(program_.table_key, table_column);
    if (left.type.kind != right.type.kind) {
      finding.code = "type-mismatch";
      finding.message = "`" + left.name + "` is " + to_string(left.type) + ", but `" + right.name + "` of `" +
                        table_.name + "` is " + to_string(right.type);
      finding.hint = "make them the same: CAST(" + left.name + " AS " + to_string(right.type) +
                     ") in a `project` step before";
    } else if (place == program_.table_key.end()) {
      finding.code = "match-key";
      finding.message = "`" + right.name + "` is not in the primary key of `" + table_.name + "`, which is " +
                        names_of(*table_.schema, program_.table_key);
      finding.hint = stream_.is_table
                         ? "the table whose key is matched is named by `table:`, the one that "
                           "refers to it by `from:`; what else must hold is said in a `filter` behind"
                         : "add it to the result, and say what must hold in a `filter` step behind";
    } else if (matched[static_cast<size_t>(place - program_.table_key.begin())]) {
      finding.code = "match-key";
      finding.message = "`" + right.name + "` of `" + table_.name + "` has an equality already";
    } else {
      matched[static_cast<size_t>(place - program_.table_key.begin())] = stream_column;
      return;
    }
    refuse(std::move(finding));
  }

  Diagnostic not_the_key(const SourceText& match) const {
    return match.diagnostic(0, match.text.size(), "match-key",
                            "`match` must name the whole primary key of `" + table_.name +
                                "`: " + names_of(*table_.schema, program_.table_key),
                            stream_.is_table ? "the table whose key is matched is named by `table:`, the one "
                                               "that refers to it by `from:`"
                                             : "one row of the stream meets at most one row of the table");
  }

  std::optional<Projection> read_projection() {
    ProjectionBuilder builder(build_, reader_, scope());
    builder.read(false);
    std::optional<Projection> projection = builder.take();
    ok_ = ok_ && projection;
    return projection;
  }

  void keep_columns() {
    std::vector<Field> fields;
    for (size_t column : program_.projection.columns_used()) {
      if (column < program_.stream_columns) continue;
      program_.kept.push_back(column - program_.stream_columns);
      fields.push_back((*table_.schema)[program_.kept.back()]);
    }
    program_.kept_schema = Schema(std::move(fields));
  }

  Schema key_schema() const {
    std::vector<Field> fields;
    for (size_t column : program_.table_key) fields.push_back((*table_.schema)[column]);
    return Schema(std::move(fields));
  }

  void describe() {
    auto& lines = program_.description;
    const Unmatched unmatched = program_.unmatched;
    const std::string versions = program_.versions ? to_string(*program_.versions) : "";
    lines.emplace_back("table",
                       table_.name + (program_.versions ? ", as of a row's time, by a history of " + versions
                                                        : ", at its latest"));
    if (program_.age_max) lines.emplace_back("not older than", to_string(*program_.age_max));
    lines.emplace_back("match", normal_text(*reader_.expression("match")));
    lines.emplace_back("without match", unmatched == Unmatched::kNulls  ? "NULLs"
                                        : unmatched == Unmatched::kDrop ? "dropped"
                                                                        : "a dead letter");
    for (auto& line : program_.projection.describe()) lines.push_back(std::move(line));
  }

  const OperatorBuild& build_;
  const MapReader& reader_;
  const StepInput& stream_;
  const StepInput& table_;
  std::array<bool, 2> is_outer_{};
  TableJoinProgram program_;
  bool ok_ = true;
};

}  // namespace

std::unique_ptr<const OperatorNode> build_table_join(const OperatorBuild& build, const MapReader& reader) {
  return TableJoinBuilder(build, reader).run();
}

}  // namespace pactolus
