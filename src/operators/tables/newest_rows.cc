#include "operators/tables/newest_rows.h"

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

struct NewestRowsProgram {
  std::string step;
  Schema rows;  // without the version
  std::vector<size_t> key;
  TableLayout remembered;  // by key and version
};

/// A row that has moved is added by one task and taken back by another: until both have come, its key has two
/// versions, or none.
class NewestRows final : public Operator {
 public:
  NewestRows(const NewestRowsProgram& program, StateStore& state)
      : program_(program),
        codec_(program.rows),
        rows_(state.declare(program.remembered)),
        changes_(program.rows, codec_) {}

  void process(ColumnBatch batch, size_t, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    std::vector<ColumnPtr> columns;
    for (size_t column : program_.key) columns.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(columns, batch.selection, keys_);
    columns.push_back(batch.columns.back());
    versions_.clear();
    encode_keys(columns, batch.selection, versions_);
    rows_.running().load(versions_.views());
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      place += take(batch, place, out);
      if (changes_.size() >= kBatchRowsMax) changes_.emit(batch, out);
    }
    changes_.emit(batch, out);
  }

 private:
  /// Takes the row at a place of the selection; gives how many more it took with it.
  size_t take(const ColumnBatch& batch, size_t place, OperatorOutput& out) {
    const bool is_pair = batch.is_replaced(place) && keys_[place] == keys_[place + 1];
    const size_t last = is_pair ? place + 1 : place;
    const std::optional<std::string> before = newest(keys_[place]);
    for (size_t i = place; i <= last; ++i) apply(batch, i, out);
    const std::optional<std::string> after = newest(keys_[place]);
    if (before != after) {
      const uint32_t cause = batch.selection[last];
      if (before && (before_rows || !after))
        changes_.add(after ? Change::kReplaced : Change::kRetract, *before, cause);
      if (after) changes_.add(Change::kInsert, *after, cause);
      ++counts.results_by_row;
    }
    return last - place;
  }

  void apply(const ColumnBatch& batch, size_t place, OperatorOutput& out) {
    const uint32_t row = batch.selection[place];
    HotTable& rows = rows_.running();
    if (batch.change_of(row) != Change::kInsert) {
      ++counts.absorbed;
      rows.erase(versions_[place]);
      return;
    }
    image_.clear();
    codec_.append_row(std::span(batch.columns).first(program_.rows.size()), row, image_);
    if (const auto error = why_too_large(row, versions_[place], image_)) {
      ++counts.dead_letters;
      out.dead_letter(batch, *error);
      return;
    }
    ++counts.absorbed;
    put_image(rows, versions_[place], image_);
  }

  std::optional<std::string> newest(std::string_view key) {
    const std::string behind = std::string(key) + '\xff';  // no value's key begins so
    const auto found = rows_.running().neighbour(behind, key, KeyDirection::kDown);
    if (!found) return std::nullopt;
    return std::string(image_of(found->row));
  }

  const NewestRowsProgram& program_;
  RowCodec codec_;
  StateTable& rows_;
  ChangesOfRows changes_;
  // Of the batch that is processed.
  ByteRows keys_;
  ByteRows versions_;  // the same with the row's version
  std::string image_;
};

class NewestRowsNode final : public OperatorNode {
 public:
  explicit NewestRowsNode(NewestRowsProgram program) : program_(std::move(program)) {}

  const Schema& output() const override { return program_.rows; }
  bool is_table() const override { return true; }
  std::vector<size_t> key_columns() const override { return program_.key; }
  bool takes_before_rows(bool) const override { return true; }
  std::vector<std::optional<size_t>> copied_from(size_t) const override { return all_copied(program_.rows); }
  std::optional<std::vector<size_t>> co_located_by(size_t) const override { return program_.key; }
  std::vector<std::pair<std::string, std::string>> describe() const override {
    return {{"takes", "the newest row of each key, as rows of a foreign key's partitions come in any order"}};
  }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<NewestRows>(program_, state);
  }

 private:
  NewestRowsProgram program_;
};

std::unique_ptr<const OperatorNode> build(const OperatorBuild& build) {
  const StepInput& input = build.inputs.front();
  std::vector<Field> columns = input.schema->fields();
  const Field version = columns.back();
  columns.pop_back();
  std::vector<Field> key;
  for (size_t column : input.key_columns) key.push_back(columns[column]);
  key.push_back(version);
  Schema rows(std::move(columns));
  TableLayout remembered(build.step, "rows", false, Schema(std::move(key)), {row_field(rows)});
  return std::make_unique<NewestRowsNode>(
      NewestRowsProgram{build.step, std::move(rows), input.key_columns, std::move(remembered)});
}

}  // namespace

const OperatorSpec& newest_rows_spec() {
  static const OperatorSpec spec{
      .name = "newest rows",
      .summary = "of a table whose rows come from several tasks, the newest of each key",
      .guarantee = "a change for each row that alters the newest one of its key, with the row before it",
      .example = "",
      .fields = {},
      .build = build,
  };
  return spec;
}

}  // namespace pactolus
