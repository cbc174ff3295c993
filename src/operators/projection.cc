#include "operators/projection.h"

#include <algorithm>

#include "base/nearest_name.h"
#include "operators/expression_text.h"
#include "operators/name_diagnostic.h"

namespace pactolus {

std::vector<ColumnPtr> Projection::evaluate(const ColumnBatch& rows, RowErrors& errors) const {
  std::vector<ColumnPtr> result;
  result.reserve(columns.size());
  for (const OutputColumn& column : columns) {
    result.push_back(column.copied ? rows.columns[*column.copied]
                                   : column.expression->evaluate(rows, rows.selection, errors));
  }
  return result;
}

std::vector<size_t> Projection::columns_used() const {
  std::vector<size_t> used;
  for (const OutputColumn& column : columns) {
    if (column.copied) {
      used.push_back(*column.copied);
    } else {
      column.expression->collect_columns(used);
    }
  }
  std::ranges::sort(used);
  used.erase(std::ranges::unique(used).begin(), used.end());
  return used;
}

std::vector<std::optional<size_t>> Projection::copied() const {
  std::vector<std::optional<size_t>> result;
  for (const OutputColumn& column : columns) result.push_back(column.copied);
  return result;
}

std::vector<std::pair<std::string, std::string>> Projection::describe() const {
  std::vector<std::pair<std::string, std::string>> lines;
  for (size_t i = 0; i < columns.size(); ++i) lines.emplace_back(schema[i].name, columns[i].text);
  return lines;
}

FieldSpec add_field() {
  return {
      .name = "add",
      .kind = FieldKind::kExpressions,
      .summary =
          "columns to add behind the input's; a name that the input has replaces that column in its place"};
}

FieldSpec select_field() {
  return {.name = "select",
          .kind = FieldKind::kExpressions,
          .summary = "the columns of the result, all of them; instead of the input's"};
}

void ProjectionBuilder::read(bool takes_drop) {
  if (!check_keys(takes_drop)) return;
  const auto items = reader_.expressions("select");
  if (!items) copy_first_input();
  const auto added = items ? items : reader_.expressions("add");
  for (const NamedExpression& item : added.value_or(std::vector<NamedExpression>{})) set(item);
}

bool ProjectionBuilder::check_keys(bool takes_drop) {
  std::vector<const char*> others = {"add"};
  if (takes_drop) others.push_back("drop");
  const auto has = [&](const char* key) { return reader_.has(key); };
  if (!has("select") && std::ranges::none_of(others, has)) {
    const std::string keys = takes_drop ? "`add`, `select` and `drop`" : "`add` and `select`";
    refuse(build_.node->diagnostic("missing-key",
                                   "`" + build_.node->key()->text() + "` needs one of the keys " + keys));
  }
  for (const char* other : others) {
    if (!has("select") || !has(other)) continue;
    refuse(reader_.node(other)->key()->diagnostic(
        "conflicting-keys", "`" + std::string(other) + "` cannot stand beside `select`",
        "`select` names all columns of the result; use `" +
            std::string(takes_drop ? "add` and `drop` to change some" : "add` to keep the input's")));
  }
  return ok_;
}

void ProjectionBuilder::copy_first_input() {
  const ScopeInput& input = scope_.inputs.front();
  for (size_t i = 0; i < input.schema->size(); ++i) {
    Field field = (*input.schema)[i];
    field.nullable = field.nullable || input.may_be_absent;
    projection_.columns.push_back({i, nullptr, field.name});
    projection_.fields.push_back(std::move(field));
  }
}

void ProjectionBuilder::set(const NamedExpression& item) {
  OutputColumn column{std::nullopt, nullptr, normal_text(item.expression)};
  if (const auto copied = copied_column(item.expression, scope_)) column.copied = copied->index;
  column.expression = bind_expression(item.expression, scope_with_siblings(item), *build_.diagnostics);
  if (!column.expression) {
    ok_ = false;
    return;
  }
  Field field{item.name.text, column.expression->type(), column.expression->nullable()};
  if (column.copied) column.expression.reset();
  auto place = find(item.name.text);
  if (place == projection_.fields.end()) {
    projection_.fields.push_back(std::move(field));
    projection_.columns.push_back(std::move(column));
  } else {
    projection_.columns[static_cast<size_t>(place - projection_.fields.begin())] = std::move(column);
    *place = std::move(field);
  }
}

/// The other new names are no columns yet: whoever uses one is told so.
Scope ProjectionBuilder::scope_with_siblings(const NamedExpression& item) const {
  Scope scope = scope_;
  const std::vector<NamedExpression> siblings =
      *reader_.expressions(reader_.has("select") ? "select" : "add");
  for (const NamedExpression& sibling : siblings) {
    if (sibling.name.text == item.name.text || !find_columns(scope_, "", sibling.name.text).empty()) continue;
    scope.hints.emplace_back(sibling.name.text,
                             "`" + sibling.name.text + "` is made in this very step: use it in a next step");
  }
  return scope;
}

void ProjectionBuilder::drop(const Name& name) {
  auto place = find(name.text);
  if (place == projection_.fields.end()) {
    const ScopeInput& input = scope_.inputs.front();
    refuse(name_diagnostic(*build_.node, name, "unknown-column",
                           "`" + input.name + "` has no column `" + name.text + "`",
                           name_hint(name.text, input.schema->names(), "columns")));
    return;
  }
  projection_.columns.erase(projection_.columns.begin() + (place - projection_.fields.begin()));
  projection_.fields.erase(place);
}

std::optional<Projection> ProjectionBuilder::take() {
  if (ok_ && projection_.fields.empty()) {
    refuse(build_.node->diagnostic("no-columns", "the step `" + build_.step + "` leaves no columns"));
  }
  if (!ok_) return std::nullopt;
  return Projection{Schema(std::move(projection_.fields)), std::move(projection_.columns)};
}

std::vector<Field>::iterator ProjectionBuilder::find(std::string_view name) {
  return std::ranges::find(projection_.fields, lower_case(name),
                           [](const Field& f) { return lower_case(f.name); });
}

void ProjectionBuilder::refuse(Diagnostic diagnostic) {
  ok_ = false;
  build_.diagnostics->add(std::move(diagnostic));
}

}  // namespace pactolus
