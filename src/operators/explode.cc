#include <algorithm>

#include "config/map_reader.h"
#include "data/array.h"
#include "data/gathered.h"
#include "data/jsonb/jsonb_scan.h"
#include "operators/expression_text.h"
#include "operators/name_diagnostic.h"
#include "operators/registry.h"

namespace pactolus {
namespace {

/// What an exploding step does. Immutable, shared by all tasks.
struct ExplodeProgram {
  ExpressionPtr values;  // an array, or a jsonb
  std::string text;
  bool with_position = false;
  bool keep_empty = false;
  Schema output = {};  // the input's columns, the element, its position if it is asked for

  bool is_jsonb() const { return values->type() == kJsonbType; }
  Type element() const { return is_jsonb() ? kJsonbType : element_of(values->type()); }
};

/// Rows out that have not gone out yet, and what their elements are.
class ExplodedRows {
 public:
  explicit ExplodedRows(const ExplodeProgram& program) : program_(program) { clear(); }

  void add(uint32_t row, std::string_view json) { add(row).json = json; }
  void add(uint32_t row, const Column* elements, size_t element) {
    Element& added = add(row);
    added.elements = elements;
    added.row = element;
  }
  /// The row without an element.
  void add_none(uint32_t row) {
    rows_.push_back(row);
    elements_.push_back({});
    positions_.push_back(0);
  }
  /// The elements of another row come now.
  void begin_row() { position_ = 0; }
  bool is_full() const { return rows_.size() == kBatchRowsMax; }
  bool empty() const { return rows_.empty(); }

  ColumnBatch take(const ColumnBatch& batch, const ColumnPtr& values,
                   std::span<const std::shared_ptr<Column>> kept) {
    ColumnBatch exploded{&program_.output, {}, gathered_system(*batch.system, rows_), {}};
    for (const ColumnPtr& column : batch.columns) exploded.columns.push_back(gathered(column, rows_));
    auto element = make_column(program_.element(), rows_.size());
    element->keep(values);
    for (const auto& column : kept) element->keep(column);
    for (size_t i = 0; i < rows_.size(); ++i) put(elements_[i], *element, i);
    exploded.columns.push_back(std::move(element));
    if (program_.with_position) exploded.columns.push_back(position_column());
    exploded.selection.resize(rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i) exploded.selection[i] = static_cast<uint32_t>(i);
    clear();
    return exploded;
  }

 private:
  struct Element {
    const Column* elements = nullptr;  // an array's
    size_t row = 0;
    std::optional<std::string_view> json = {};
  };

  Element& add(uint32_t row) {
    rows_.push_back(row);
    positions_.push_back(++position_);
    return elements_.emplace_back();
  }

  static void put(const Element& element, Column& to, size_t row) {
    if (element.elements != nullptr) {
      copy_slot(*element.elements, element.row, to, row);
    } else if (element.json) {
      to.values<std::string_view>()[row] = *element.json;
    } else {
      to.set_null(row);
    }
  }

  ColumnPtr position_column() const {
    auto column = make_column(kIntegerType, rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      column->values_of<TypeKind::kInteger>()[i] = positions_[i];
      if (positions_[i] == 0) column->set_null(i);
    }
    return column;
  }

  void clear() {
    rows_.clear();
    elements_.clear();
    positions_.clear();
  }

  const ExplodeProgram& program_;
  std::vector<uint32_t> rows_;  // of the input
  std::vector<Element> elements_;
  std::vector<int32_t> positions_;  // 0: none
  int32_t position_ = 0;
};

class Explode final : public Operator {
 public:
  explicit Explode(const ExplodeProgram& program) : program_(program) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    RowErrors errors;
    const ColumnPtr values = program_.values->evaluate(batch, batch.selection, errors);
    std::vector<RowError> failed = errors.take();
    remove_failed(batch.selection, failed);
    if (program_.is_jsonb()) {
      refuse_others_than_arrays(batch, *values, errors);
      errors.add(std::move(failed));
      failed = errors.take();
      remove_failed(batch.selection, failed);
    }
    for (const RowError& error : failed) out.dead_letter(batch, error);
    counts.dead_letters += failed.size();
    for (uint32_t row : batch.selection) explode(batch, values, row, out);
    if (!rows_.empty()) emit(batch, values, out);
  }

 private:
  static void refuse_others_than_arrays(const ColumnBatch& batch, const Column& values, RowErrors& errors) {
    for (uint32_t row : batch.selection) {
      if (values.is_null(row)) continue;
      const JsonbType type = jsonb_type(values.values<std::string_view>()[row]);
      if (type == JsonbType::kArray) continue;
      errors.add(row, "22023",
                 type == JsonbType::kObject ? "cannot extract elements from an object"
                                            : "cannot extract elements from a scalar");
    }
  }

  void explode(const ColumnBatch& batch, const ColumnPtr& values, uint32_t row, OperatorOutput& out) {
    rows_.begin_row();
    const size_t elements = values->is_null(row) ? 0 : explode_value(batch, values, row, out);
    if (elements > 0 || program_.keep_empty) {
      ++counts.passed;
    } else {
      ++counts.filtered;
    }
    if (elements > 0 || !program_.keep_empty) return;
    rows_.add_none(row);
    if (rows_.is_full()) emit(batch, values, out);
  }

  size_t explode_value(const ColumnBatch& batch, const ColumnPtr& values, uint32_t row, OperatorOutput& out) {
    const std::string_view value = values->values<std::string_view>()[row];
    size_t count = 0;
    if (program_.is_jsonb()) {
      for (JsonbItems items(value); items.next(); ++count) {
        rows_.add(row, items.value());
        if (rows_.is_full()) emit(batch, values, out);
      }
      return count;
    }
    const ArrayView array(value);
    auto elements = make_column(program_.element(), array.size());
    array.copy_to(*elements, 0);
    kept_.push_back(elements);
    for (; count < array.size(); ++count) {
      rows_.add(row, elements.get(), count);
      if (!rows_.is_full()) continue;
      emit(batch, values, out);
      kept_.push_back(elements);
    }
    return count;
  }

  void emit(const ColumnBatch& batch, const ColumnPtr& values, OperatorOutput& out) {
    ColumnBatch exploded = rows_.take(batch, values, kept_);
    kept_.clear();
    counts.results_by_row += exploded.selection.size();
    out.emit(std::move(exploded));
  }

  const ExplodeProgram& program_;
  ExplodedRows rows_{program_};
  std::vector<std::shared_ptr<Column>> kept_;  // elements of the rows that have not gone out
};

class ExplodeNode final : public OperatorNode {
 public:
  explicit ExplodeNode(ExplodeProgram program) : program_(std::move(program)) {}

  const Schema& output() const override { return program_.output; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns(program_.output.size());
    for (size_t i = 0; i < columns.size() - (program_.with_position ? 2 : 1); ++i) columns[i] = i;
    return columns;
  }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return {{"values", program_.text}, {"keep_empty", program_.keep_empty ? "true" : "false"}};
  }
  std::unique_ptr<Operator> instantiate(StateStore&) const override {
    return std::make_unique<Explode>(program_);
  }

 private:
  ExplodeProgram program_;
};

const std::vector<FieldSpec>& fields() {
  static const std::vector<FieldSpec> fields = {
      {.name = "values",
       .kind = FieldKind::kExpression,
       .required = true,
       .summary = "an array, or a jsonb that is one: a row for each of its elements"},
      {.name = "as",
       .kind = FieldKind::kNewName,
       .required = true,
       .summary = "the column for the element, behind the input's"},
      {.name = "position",
       .kind = FieldKind::kNewName,
       .summary = "a column for the element's place in the array, from 1 on; without, there is none"},
      {.name = "keep_empty",
       .kind = FieldKind::kBoolean,
       .default_text = "false",
       .summary = "keep a row whose array is empty or NULL, with NULL for the element"},
  };
  return fields;
}

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  MapReader reader(*build.node, fields(), *build.diagnostics);
  const std::optional<SourceText> text = reader.expression("values");
  if (!text) return nullptr;
  ExplodeProgram program{.values = bind_expression(*text, scope_of(build), *build.diagnostics),
                         .text = normal_text(*text),
                         .with_position = reader.name("position").has_value(),
                         .keep_empty = reader.boolean("keep_empty").value_or(false)};
  if (!program.values || !reader.ok()) return nullptr;
  if (!is_array(program.values->type().kind) && !program.is_jsonb()) {
    build.diagnostics->add(
        text->diagnostic(0, text->text.size(), "type-mismatch",
                         "`values` is an array or a jsonb, this is " + to_string(program.values->type())));
    return nullptr;
  }
  std::vector<Field> columns = build.inputs.front().schema->fields();
  bool ok = true;
  const auto add = [&](const Name& name, Type type) {
    if (Schema(columns).find(name.text)) {
      ok = false;
      build.diagnostics->add(name_diagnostic(*build.node, name, "duplicate-name",
                                             "there is a column `" + name.text + "` already"));
    }
    columns.push_back({name.text, type, true});
  };
  add(*reader.name("as"), program.element());
  if (program.with_position) add(*reader.name("position"), kIntegerType);
  if (!ok) return nullptr;
  program.output = Schema(std::move(columns));
  return std::make_unique<ExplodeNode>(std::move(program));
}

constexpr std::string_view kExample = R"(topology: order-items
sources:
  orders:
    topic: orders
    fields:
      order_id: text
      items: jsonb
steps:
  items:
    from: orders
    explode: {values: items, as: item, position: line}
  lines:
    from: items
    project:
      select:
        order_id: order_id
        line: line
        article: item->>'article'
        price: (item->'price')::numeric
sinks:
  lines: {from: lines, topic: order.lines, key: [order_id, line]}
tests:
  - name: each item of an order is a row
    send:
      - orders:
          order_id: o1
          items: '[{"article": "a", "price": 1.50}, {"article": "b", "price": 2}]'
      - orders: {order_id: o2, items: '[]'}
    expect:
      lines:
        - {order_id: o1, line: 1, article: a, price: 1.50}
        - {order_id: o1, line: 2, article: b, price: 2}
)";

}  // namespace

PACTOLUS_REGISTER(explode);
const OperatorSpec& explode_spec() {
  static const OperatorSpec spec{
      .name = "explode",
      .summary = "makes a row of each element of an array, beside the row's other columns",
      .guarantee =
          "keeps order, of rows and of elements; holds no state. A row without elements is counted as "
          "filtered, "
          "unless it is kept; a jsonb that is no array is a dead letter",
      .example = kExample,
      .fields = fields(),
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
