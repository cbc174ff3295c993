#include "operators/joining/keyed_join_builder.h"

#include <algorithm>

#include "operators/expression_text.h"
#include "operators/joining/keyed_join.h"
#include "operators/key_columns.h"
#include "operators/tables/remembered_rows.h"
#include "operators/tables/table_changes.h"

namespace pactolus {
namespace {

bool contains(const std::vector<size_t>& columns, size_t column) {
  return std::ranges::find(columns, column) != columns.end();
}

/// Goes on after errors to find more of them. Lives for one build.
class KeyedJoinBuilder {
 public:
  KeyedJoinBuilder(const OperatorBuild& build, const MapReader& reader, std::string right_name,
                   std::array<std::vector<size_t>, 2> match, std::array<bool, 2> is_outer,
                   Projection projection)
      : build_(build),
        reader_(reader),
        inputs_{&build.inputs[0], &build.inputs[1]},
        names_{inputs_[0]->name, std::move(right_name)},
        match_(std::move(match)),
        is_outer_(is_outer),
        projection_(std::move(projection)) {}

  std::unique_ptr<const OperatorNode> run() {
    const std::vector<size_t>& key = inputs_[0]->key_columns;
    moves_ = !std::ranges::all_of(match_[0], [&](size_t column) { return contains(key, column); });
    is_one_to_one_ =
        !moves_ && std::ranges::all_of(key, [&](size_t column) { return contains(match_[0], column); });
    check_kind();
    number_rows();
    const std::vector<size_t> result_key = find_key();
    if (!ok_) return nullptr;
    std::array<KeyedJoinSide, 2> sides{side(0), side(1)};
    describe();
    return make_keyed_join({.step = build_.step,
                            .sides = std::move(sides),
                            .is_one_to_one = is_one_to_one_,
                            .moves = moves_,
                            .row = row_of_both(),
                            .projection = std::move(projection_),
                            .key = result_key,
                            .description = std::move(description_),
                            .partitions = repartition_partitions(reader_)});
  }

 private:
  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  /// A row without a left one has no key of the left table.
  void check_kind() {
    if (!is_outer_[1] || is_one_to_one_) return;
    refuse(reader_.node("kind")->diagnostic(
        "kind-of-foreign-key",
        "`" + *reader_.text("kind") + "` is for tables with the same key: a row of `" + names_[1] +
            "` without a partner has none of the key of `" + names_[0] + "`, which is " +
            names_of(*inputs_[0]->schema, inputs_[0]->key_columns),
        "with a foreign key it is `inner` or `left`"));
  }

  /// The version, where there is one, is the last column of the result.
  void number_rows() {
    const std::optional<size_t> version = inputs_[0]->schema->find(kVersionColumn);
    if (!version) return;
    std::vector<Field> fields;
    std::vector<OutputColumn> columns;
    for (size_t i = 0; i < projection_.columns.size(); ++i) {
      if (projection_.columns[i].copied == version) continue;
      fields.push_back(projection_.schema[i]);
      columns.push_back(std::move(projection_.columns[i]));
    }
    fields.push_back((*inputs_[0]->schema)[*version]);
    columns.push_back({version, nullptr, std::string(kVersionColumn)});
    projection_ = {Schema(std::move(fields)), std::move(columns)};
  }

  /// The key of the table whose rows are always there, the left one of both.
  std::vector<size_t> find_key() {
    const size_t of = is_outer_[1] && !is_outer_[0] ? 1 : 0;
    std::vector<size_t> key;
    for (size_t column : inputs_[of]->key_columns) {
      const size_t wanted = column + (of == 1 ? inputs_[0]->schema->size() : 0);
      const auto place = std::ranges::find(projection_.columns, std::optional(wanted), &OutputColumn::copied);
      if (place != projection_.columns.end()) {
        key.push_back(static_cast<size_t>(place - projection_.columns.begin()));
        continue;
      }
      const std::string& name = (*inputs_[of]->schema)[column].name;
      refuse(
          build_.node->diagnostic("table-key-lost",
                                  "the column `" + name + "` of `" + names_[of] +
                                      "` must be in the result as it is: it is part of its key",
                                  "without it nobody can tell which row a change replaces: name it under `" +
                                      std::string(reader_.has("select") ? "select" : "add") + "`"));
    }
    return key;
  }

  KeyedJoinSide side(size_t i) const {
    const StepInput& input = *inputs_[i];
    KeyedJoinSide side{.name = i == 0 ? "left" : "right",
                       .match = match_[i],
                       .key = match_[i],
                       .kept = kept(i),
                       .kept_schema = {},
                       .begin = i == 0 ? 0 : inputs_[0]->schema->size(),
                       .is_outer = is_outer_[i],
                       .rows = TableLayout(build_.step, "", false, Schema{}, {})};
    for (size_t column : input.key_columns) {
      if (!contains(side.key, column)) side.key.push_back(column);
    }
    side.kept_schema = selected(*input.schema, side.kept);
    side.rows = TableLayout(build_.step, side.name, false, selected(*input.schema, side.key),
                            {row_field(side.kept_schema)});
    return side;
  }

  /// What the result is made of; in a full join either side's key stands for both.
  std::vector<size_t> kept(size_t side) const {
    const size_t begin = side == 0 ? 0 : inputs_[0]->schema->size();
    const size_t end = begin + inputs_[side]->schema->size();
    std::vector<size_t> columns;
    for (size_t column : projection_.columns_used()) {
      if (column >= begin && column < end) columns.push_back(column - begin);
    }
    if (is_outer_[0] && is_outer_[1]) columns.insert(columns.end(), match_[side].begin(), match_[side].end());
    std::ranges::sort(columns);
    columns.erase(std::ranges::unique(columns).begin(), columns.end());
    return columns;
  }

  static Schema selected(const Schema& schema, const std::vector<size_t>& columns) {
    std::vector<Field> fields;
    for (size_t column : columns) fields.push_back(schema[column]);
    return Schema(std::move(fields));
  }

  Schema row_of_both() const {
    std::vector<Field> fields = inputs_[0]->schema->fields();
    for (const Field& field : inputs_[1]->schema->fields()) fields.push_back(field);
    return Schema(std::move(fields));
  }

  void describe() {
    description_ = {{"kind", reader_.text("kind").value_or("inner")},
                    {"tables", names_[0] + " and " + names_[1] +
                                   (is_one_to_one_ ? ", by the same key" : ", by a foreign key")},
                    {"match", normal_text(*reader_.expression("match"))}};
    for (auto& line : projection_.describe()) {
      if (line.first != kVersionColumn) description_.push_back(std::move(line));
    }
  }

  const OperatorBuild& build_;
  const MapReader& reader_;
  std::array<const StepInput*, 2> inputs_;
  std::array<std::string, 2> names_;
  std::array<std::vector<size_t>, 2> match_;
  std::array<bool, 2> is_outer_;
  Projection projection_;
  bool moves_ = false;
  bool is_one_to_one_ = false;
  bool ok_ = true;
  std::vector<std::pair<std::string, std::string>> description_;
};

}  // namespace

std::unique_ptr<const OperatorNode> build_keyed_join(const OperatorBuild& build, const MapReader& reader,
                                                     const std::string& right_name,
                                                     std::array<std::vector<size_t>, 2> match,
                                                     std::array<bool, 2> is_outer, Projection projection) {
  return KeyedJoinBuilder(build, reader, right_name, std::move(match), is_outer, std::move(projection)).run();
}

}  // namespace pactolus
