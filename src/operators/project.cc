#include <algorithm>

#include "base/nearest_name.h"
#include "config/map_reader.h"
#include "operators/expression_text.h"
#include "operators/name_diagnostic.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

/// One column of the output: a column of the input, or an expression.
struct OutputColumn {
  std::optional<size_t> copied;
  ExpressionPtr expression;  // unless it is a copy
  std::string text;
};

class Project final : public Operator {
 public:
  Project(const Schema& schema, const std::vector<OutputColumn>& columns)
      : schema_(schema), columns_(columns) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    RowErrors errors;
    std::vector<ColumnPtr> columns;
    columns.reserve(columns_.size());
    for (const OutputColumn& column : columns_) {
      columns.push_back(column.copied ? batch.columns[*column.copied]
                                      : column.expression->evaluate(batch, batch.selection, errors));
    }
    std::vector<RowError> failed = errors.take();
    for (const RowError& error : failed) out.dead_letter(batch, error);
    remove_failed(batch.selection, failed);
    counts.dead_letters += failed.size();
    counts.passed += batch.selection.size();
    batch.columns = std::move(columns);
    batch.schema = &schema_;
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

 private:
  const Schema& schema_;
  const std::vector<OutputColumn>& columns_;
};

class ProjectNode final : public OperatorNode {
 public:
  ProjectNode(Schema schema, std::vector<OutputColumn> columns, bool is_table, std::vector<size_t> key)
      : schema_(std::move(schema)), columns_(std::move(columns)), is_table_(is_table), key_(std::move(key)) {}

  const Schema& output() const override { return schema_; }
  bool is_table() const override { return is_table_; }
  std::vector<size_t> key_columns() const override { return key_; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns;
    for (const OutputColumn& column : columns_) columns.push_back(column.copied);
    return columns;
  }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    std::vector<std::pair<std::string, std::string>> lines;
    for (size_t i = 0; i < columns_.size(); ++i) lines.emplace_back(schema_[i].name, columns_[i].text);
    return lines;
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Project>(schema_, columns_);
  }

 private:
  Schema schema_;
  std::vector<OutputColumn> columns_;
  bool is_table_;
  std::vector<size_t> key_;
};

const std::vector<FieldSpec>& project_fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "add",
       .kind = FieldKind::kExpressions,
       .summary =
           "columns to add behind the input's; a name that the input has replaces that column in its place"},
      {.name = "select",
       .kind = FieldKind::kExpressions,
       .summary = "the columns of the result, all of them; instead of `add` and `drop`"},
      {.name = "drop", .kind = FieldKind::kNames, .summary = "columns of the input to leave out"},
  };
  return fields;
}

/// Puts the columns of the result together. Lives for one build.
class ProjectBuilder {
 public:
  ProjectBuilder(const OperatorBuild& build, const MapReader& reader)
      : build_(build), reader_(reader), input_(build.inputs.front()), scope_(scope_of(build)) {}

  std::unique_ptr<const OperatorNode> run() {
    if (!check_keys()) return nullptr;
    if (auto items = reader_.expressions("select")) {
      for (const NamedExpression& item : *items) set(item);
    } else {
      copy_input();
      for (const NamedExpression& item : reader_.expressions("add").value_or(std::vector<NamedExpression>{}))
        set(item);
      for (const Name& name : reader_.names("drop").value_or(std::vector<Name>{})) drop(name);
    }
    if (ok_ && fields_.empty()) {
      refuse(build_.node->diagnostic("no-columns", "the step `" + build_.step + "` leaves no columns"));
    }
    std::optional<std::vector<size_t>> key = find_key();
    if (!ok_) return nullptr;
    return std::make_unique<ProjectNode>(Schema(std::move(fields_)), std::move(columns_), input_.is_table,
                                         *std::move(key));
  }

 private:
  bool check_keys() {
    bool any = reader_.has("add") || reader_.has("select") || reader_.has("drop");
    if (!any) {
      refuse(build_.node->diagnostic("missing-key",
                                     "`project` needs one of the keys `add`, `select` and `drop`"));
    }
    for (const char* other : {"add", "drop"}) {
      if (!reader_.has("select") || !reader_.has(other)) continue;
      refuse(reader_.node(other)->key()->diagnostic(
          "conflicting-keys", "`" + std::string(other) + "` cannot stand beside `select`",
          "`select` names all columns of the result; use `add` and `drop` to change some"));
    }
    return ok_;
  }

  void copy_input() {
    for (size_t i = 0; i < input_.schema->size(); ++i) {
      fields_.push_back((*input_.schema)[i]);
      columns_.push_back({i, nullptr, (*input_.schema)[i].name});
    }
  }

  void set(const NamedExpression& item) {
    OutputColumn column{copied_column(item.expression, input_), nullptr, normal_text(item.expression)};
    column.expression = bind_expression(item.expression, scope_with_siblings(item), *build_.diagnostics);
    if (!column.expression) {
      ok_ = false;
      return;
    }
    Field field{item.name.text, column.expression->type(), column.expression->nullable()};
    if (column.copied) column.expression.reset();
    auto place = find(item.name.text);
    if (place == fields_.end()) {
      fields_.push_back(std::move(field));
      columns_.push_back(std::move(column));
    } else {
      columns_[static_cast<size_t>(place - fields_.begin())] = std::move(column);
      *place = std::move(field);
    }
  }

  /// The other new names are no columns yet: whoever uses one is told so.
  Scope scope_with_siblings(const NamedExpression& item) const {
    Scope scope = scope_;
    std::vector<NamedExpression> siblings = *reader_.expressions(reader_.has("select") ? "select" : "add");
    for (const NamedExpression& sibling : siblings) {
      if (sibling.name.text == item.name.text || input_.schema->find(sibling.name.text)) continue;
      scope.hints.emplace_back(
          sibling.name.text, "`" + sibling.name.text + "` is made in this very step: use it in a next step");
    }
    return scope;
  }

  void drop(const Name& name) {
    auto place = find(name.text);
    if (place == fields_.end()) {
      refuse(name_diagnostic(*build_.node, name, "unknown-column",
                             "`" + input_.name + "` has no column `" + name.text + "`",
                             name_hint(name.text, input_.schema->names(), "columns")));
      return;
    }
    columns_.erase(columns_.begin() + (place - fields_.begin()));
    fields_.erase(place);
  }

  /// Where the key of a table is in the result: without it nobody can tell which row a change replaces.
  std::optional<std::vector<size_t>> find_key() {
    std::vector<size_t> key;
    for (size_t column : input_.key_columns) {
      auto place = std::ranges::find(columns_, std::optional(column), &OutputColumn::copied);
      if (place != columns_.end()) {
        key.push_back(static_cast<size_t>(place - columns_.begin()));
      } else if (ok_) {
        const std::string& name = (*input_.schema)[column].name;
        refuse(build_.node->diagnostic(
            "table-key-lost", "the column `" + name +
                                  "` must stay as it is: it is part of the key of the table `" + input_.name +
                                  "`"));
      }
    }
    return key;
  }

  std::vector<Field>::iterator find(std::string_view name) {
    return std::ranges::find(fields_, lower_case(name), [](const Field& f) { return lower_case(f.name); });
  }

  void refuse(Diagnostic diagnostic) {
    ok_ = false;
    build_.diagnostics->add(std::move(diagnostic));
  }

  const OperatorBuild& build_;
  const MapReader& reader_;
  const StepInput& input_;
  Scope scope_;
  std::vector<Field> fields_;
  std::vector<OutputColumn> columns_;  // one per field
  bool ok_ = true;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  MapReader reader(*build.node, project_fields(), *build.diagnostics);
  if (!reader.ok()) return nullptr;
  return ProjectBuilder(build, reader).run();
}

constexpr std::string_view kExample = R"(topology: gross-amounts
sources:
  sales:
    topic: sales
    fields:
      sale_id: text
      net: numeric(12,2)
      vat: numeric(12,2)
      comment: text null
steps:
  gross:
    from: sales
    project:
      add:
        gross: net + vat
      drop: comment
sinks:
  gross: {from: gross, topic: sales.gross, key: sale_id}
tests:
  - name: the sum stands behind the other columns
    send:
      - sales: {sale_id: a, net: 100.00, vat: 19.00}
    expect:
      gross: [{sale_id: a, net: 100.00, vat: 19.00, gross: 119.00}]
)";

}  // namespace

PACTOLUS_REGISTER(project);
const OperatorSpec& project_spec() {
  static const OperatorSpec spec{
      .name = "project",
      .summary = "adds, replaces, selects and drops columns",
      .guarantee =
          "keeps order and the number of rows, holds no state; a row for which an expression fails is a dead "
          "letter",
      .example = kExample,
      .takes_tables = true,
      .fields = project_fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
