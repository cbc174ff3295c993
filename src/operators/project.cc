#include <algorithm>

#include "config/map_reader.h"
#include "operators/changing_rows.h"
#include "operators/expression_text.h"
#include "operators/projection.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

class Project final : public Operator {
 public:
  explicit Project(const Projection& projection) : projection_(projection) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    RowErrors errors;
    std::vector<ColumnPtr> columns = projection_.evaluate(batch, errors);
    std::vector<RowError> failed = errors.take();
    let_pass(
        batch, failed, [](uint32_t) { return true; }, counts, out);
    batch.columns = std::move(columns);
    batch.schema = &projection_.schema;
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

 private:
  const Projection& projection_;
};

class ProjectNode final : public OperatorNode {
 public:
  ProjectNode(Projection projection, StreamTraits traits)
      : projection_(std::move(projection)), traits_(std::move(traits)) {}

  const Schema& output() const override { return projection_.schema; }
  bool is_table() const override { return traits_.is_table; }
  std::vector<size_t> key_columns() const override { return traits_.key_columns; }
  std::optional<size_t> window_end_column() const override { return traits_.window_end; }
  /// What fails to be computed has to be taken back.
  bool takes_before_rows(bool wanted) const override {
    return wanted ||
           std::ranges::any_of(projection_.columns, [](const OutputColumn& c) { return !c.copied; });
  }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return projection_.copied(); }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return projection_.describe();
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Project>(projection_);
  }

 private:
  Projection projection_;
  StreamTraits traits_;  // in terms of the output
};

const std::vector<FieldSpec>& project_fields() {
  static const std::vector<FieldSpec> fields = {
      add_field(),
      select_field(),
      {.name = "drop", .kind = FieldKind::kNames, .summary = "columns of the input to leave out"},
  };
  return fields;
}

/// Where the key of a table is in the result: without it nobody can tell which row a change replaces.
std::vector<size_t> find_key(const StepInput& input, ProjectionBuilder& projection, const Node& node) {
  std::vector<size_t> key;
  for (size_t column : input.key_columns) {
    auto place = std::ranges::find(projection.columns(), std::optional(column), &OutputColumn::copied);
    if (place != projection.columns().end()) {
      key.push_back(static_cast<size_t>(place - projection.columns().begin()));
    } else if (projection.ok()) {
      const std::string& name = (*input.schema)[column].name;
      projection.refuse(
          node.diagnostic("table-key-lost", "the column `" + name +
                                                "` must stay as it is: it is part of the key of the table `" +
                                                input.name + "`"));
    }
  }
  return key;
}

std::optional<size_t> find_window_end(const StepInput& input, const ProjectionBuilder& projection) {
  if (!input.window_end) return std::nullopt;
  auto place = std::ranges::find(projection.columns(), input.window_end, &OutputColumn::copied);
  if (place == projection.columns().end()) return std::nullopt;
  return static_cast<size_t>(place - projection.columns().begin());
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  MapReader reader(*build.node, project_fields(), *build.diagnostics);
  if (!reader.ok()) return nullptr;
  const StepInput& input = build.inputs.front();
  ProjectionBuilder builder(build, reader, scope_of(build));
  builder.read(/*takes_drop=*/true);
  for (const Name& name : reader.names("drop").value_or(std::vector<Name>{})) builder.drop(name);
  StreamTraits traits{input.is_table, find_key(input, builder, *build.node), find_window_end(input, builder)};
  std::optional<Projection> projection = builder.take();
  if (!projection) return nullptr;
  return std::make_unique<ProjectNode>(*std::move(projection), std::move(traits));
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
