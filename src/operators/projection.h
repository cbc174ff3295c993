#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/map_reader.h"
#include "operators/registry.h"

namespace pactolus {

/// A column of a step's result: a column of the row before it, as it is, or an expression over that row.
struct OutputColumn {
  std::optional<size_t> copied;
  ExpressionPtr expression;  // unless it is a copy
  std::string text;
};

/// The columns of a step's result. Immutable. Threads: any.
struct Projection {
  Schema schema;
  std::vector<OutputColumn> columns;  // one per field of the schema

  /// Of a batch of rows as the expressions see them. Rows that fail are among the errors.
  std::vector<ColumnPtr> evaluate(const ColumnBatch& rows, RowErrors& errors) const;
  /// The columns that it looks at, in that row; ascending.
  std::vector<size_t> columns_used() const;
  std::vector<std::optional<size_t>> copied() const;
  std::vector<std::pair<std::string, std::string>> describe() const;
};

/// The fields `add` and `select` of an operation.
FieldSpec add_field();
FieldSpec select_field();

/// Puts the columns of a result together as `add` and `select` say, and goes on after errors to find more of
/// them. Lives for one build.
class ProjectionBuilder {
 public:
  ProjectionBuilder(const OperatorBuild& build, const MapReader& reader, Scope scope)
      : build_(build), reader_(reader), scope_(std::move(scope)) {}

  /// What `select` says; else all columns of the scope's first input, and what `add` says. `drop` (a field of
  /// the operation, or not) must not stand beside `select`.
  void read(bool takes_drop);
  void drop(const Name& name);
  const std::vector<Field>& fields() const { return projection_.fields; }
  const std::vector<OutputColumn>& columns() const { return projection_.columns; }
  void refuse(Diagnostic diagnostic);
  bool ok() const { return ok_; }
  /// None: something was reported.
  std::optional<Projection> take();

 private:
  struct Columns {
    std::vector<Field> fields;
    std::vector<OutputColumn> columns;  // one per field
  };

  bool check_keys(bool takes_drop);
  void copy_first_input();
  void set(const NamedExpression& item);
  Scope scope_with_siblings(const NamedExpression& item) const;
  std::vector<Field>::iterator find(std::string_view name);

  const OperatorBuild& build_;
  const MapReader& reader_;
  Scope scope_;
  Columns projection_;
  bool ok_ = true;
};

}  // namespace pactolus
