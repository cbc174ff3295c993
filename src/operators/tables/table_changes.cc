#include "operators/tables/table_changes.h"

#include <cstring>
#include <utility>

#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/gathered.h"
#include "data/key_encoding.h"
#include "operators/column_selection.h"
#include "operators/image_entry.h"
#include "operators/state_names.h"
#include "operators/tables/remembered_rows.h"

namespace pactolus {
namespace {

struct TableChangesProgram {
  std::string step;
  Schema rows;
  Schema output;  // of `rows`, and the version where there is one
  std::vector<size_t> key;
  TableLayout remembered;               // the rows by their keys
  std::optional<TableLayout> versions;  // of numbered rows: how many changes there were
};

constexpr size_t kVersionField = 1;  // behind the row's image

class TableChanges final : public Operator {
 public:
  TableChanges(const TableChangesProgram& program, StateStore& state)
      : program_(program),
        codec_(program.rows),
        rows_(state.declare(program.remembered)),
        versions_(program.versions ? &state.declare(*program.versions) : nullptr),
        changes_(program.rows, codec_) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    load(batch);
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      take(batch, place, out);
      if (changes_.size() >= kBatchRowsMax) emit(batch, out);
    }
    emit(batch, out);
  }

 private:
  /// Reads from disk what was there before.
  void load(const ColumnBatch& batch) {
    std::vector<ColumnPtr> key;
    for (size_t column : program_.key) key.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(key, batch.selection, keys_);
    rows_.running().load(keys_.views());
  }

  void take(const ColumnBatch& batch, size_t place, OperatorOutput& out) {
    const uint32_t row = batch.selection[place];
    const Change change = batch.change_of(row);
    if (change != Change::kInsert) {
      ++counts.absorbed;
      // What an update replaces is known here.
      if (change == Change::kRetract) remove(keys_[place], row);
      return;
    }
    image_.clear();
    codec_.append_row(batch.columns, row, image_);
    if (const auto error = why_too_large(row, keys_[place], image_)) {
      ++counts.dead_letters;
      out.dead_letter(batch, *error);
      return;
    }
    ++counts.absorbed;
    put(keys_[place], row);
  }

  void remove(std::string_view key, uint32_t cause) {
    HotTable& rows = rows_.running();
    const std::byte* state = rows.find(key);
    if (state == nullptr) return;
    note(Change::kRetract, image_of(state), version_of(state), cause);
    ++counts.results_by_row;
    rows.erase(key);
  }

  void put(std::string_view key, uint32_t cause) {
    HotTable& rows = rows_.running();
    const std::byte* before = rows.find(key);
    if (before != nullptr && image_of(before) == image_) return;
    if (before != nullptr && before_rows)
      note(Change::kReplaced, image_of(before), version_of(before), cause);
    std::byte* state = put_image(rows, key, image_);
    if (versions_ != nullptr) {
      const int64_t version = next_version();
      std::memcpy(state + program_.remembered.field_offset(kVersionField), &version, sizeof version);
    }
    note(Change::kInsert, image_, version_of(state), cause);
    ++counts.results_by_row;
  }

  int64_t version_of(const std::byte* state) const {
    int64_t version = 0;
    if (versions_ != nullptr)
      std::memcpy(&version, state + program_.remembered.field_offset(kVersionField), sizeof version);
    return version;
  }

  int64_t next_version() {
    std::byte* state = versions_->running().touch(kOnlyRow);
    int64_t version = 0;
    std::memcpy(&version, state, sizeof version);
    ++version;
    std::memcpy(state, &version, sizeof version);
    return version;
  }

  void note(Change change, std::string_view image, int64_t version, uint32_t cause) {
    changes_.add(change, image, cause);
    numbers_.push_back(version);
  }

  void emit(const ColumnBatch& batch, OperatorOutput& out) {
    if (changes_.size() == 0) return;
    ColumnBatch result = changes_.take(batch);
    result.schema = &program_.output;
    if (versions_ != nullptr) {
      auto versions = make_column(kBigintType, numbers_.size());
      for (size_t row = 0; row < numbers_.size(); ++row)
        versions->values_of<TypeKind::kBigint>()[row] = numbers_[row];
      result.columns.push_back(std::move(versions));
    }
    numbers_.clear();
    out.emit(std::move(result));
  }

  const TableChangesProgram& program_;
  RowCodec codec_;
  StateTable& rows_;
  StateTable* versions_;  // of numbered rows
  // Of the batch that is processed.
  ByteRows keys_;
  std::string image_;
  // What has not gone out yet.
  ChangesOfRows changes_;
  std::vector<int64_t> numbers_;
};

class TableChangesNode final : public OperatorNode {
 public:
  explicit TableChangesNode(TableChangesProgram program) : program_(std::move(program)) {}

  const Schema& output() const override { return program_.output; }
  bool is_table() const override { return true; }
  std::vector<size_t> key_columns() const override { return program_.key; }
  /// It knows them itself.
  bool takes_before_rows(bool) const override { return false; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override {
    std::vector<std::optional<size_t>> columns = all_copied(program_.rows);
    columns.resize(program_.output.size());
    return columns;
  }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.key; }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return {{"remembers", "the table's rows, to say what a change replaces"}};
  }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<TableChanges>(program_, state);
  }

 private:
  TableChangesProgram program_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build, bool numbered) {
  const StepInput& input = build.inputs.front();
  std::vector<Field> key;
  for (size_t column : input.key_columns) key.push_back((*input.schema)[column]);
  std::vector<StateField> fields{row_field(*input.schema)};
  std::vector<Field> output = input.schema->fields();
  std::optional<TableLayout> versions;
  if (numbered) {
    fields.push_back({"version", std::string(kPlaceKind), 1, sizeof(int64_t), {}});
    output.push_back({std::string(kVersionColumn), kBigintType, false});
    versions.emplace(build.step, "versions", false, Schema{},
                     std::vector<StateField>{{"version", std::string(kPlaceKind), 1, sizeof(int64_t), {}}});
  }
  return std::make_unique<TableChangesNode>(TableChangesProgram{
      .step = build.step,
      .rows = *input.schema,
      .output = Schema(std::move(output)),
      .key = input.key_columns,
      .remembered = TableLayout(build.step, "rows", false, Schema(std::move(key)), fields),
      .versions = std::move(versions)});
}

}  // namespace

const OperatorSpec& table_changes_spec() {
  static const OperatorSpec spec{
      .name = "table",
      .summary = "remembers a table's rows, to say what a change replaces",
      .guarantee = "a change for each row that alters the table, with the row before it",
      .example = "",
      .fields = {},
      .build = [](const OperatorBuild& made) { return build(made, false); },
  };
  return spec;
}

const OperatorSpec& numbered_changes_spec() {
  static const OperatorSpec spec{
      .name = "numbered table",
      .summary = "remembers a table's rows, to say what a change replaces, and numbers them",
      .guarantee = "a change for each row that alters the table, with the row before it",
      .example = "",
      .fields = {},
      .build = [](const OperatorBuild& made) { return build(made, true); },
  };
  return spec;
}

}  // namespace pactolus
