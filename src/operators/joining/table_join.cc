#include "operators/joining/table_join.h"

#include <algorithm>

#include "base/arena.h"
#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/key_encoding.h"
#include "operators/joining/latest_rows.h"
#include "operators/joining/versioned_rows.h"
#include "operators/lateness.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

constexpr size_t kStream = 0;

std::unique_ptr<TableRows> make_rows(const TableJoinProgram& program, StateStore& state) {
  if (program.versions)
    return std::make_unique<VersionedRows>(program.step, program.key_schema, program.age_max, state);
  return std::make_unique<LatestRows>(program.step, program.key_schema, state);
}

class TableJoin final : public Operator {
 public:
  TableJoin(const TableJoinProgram& program, StateStore& state)
      : program_(program), codec_(program.kept_schema), rows_(make_rows(program, state)) {}

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    if (input == kStream) {
      join(std::move(batch), out);
    } else {
      remember(batch, out);
    }
  }

  /// No row that is not late asks for what was before.
  void set_watermark(EventTime watermark) override {
    const bool known = watermark != EventTime::min();
    if (program_.versions) rows_->set_oldest(known ? watermark - *program_.versions : watermark);
  }

 private:
  void encode(const ColumnBatch& batch, const std::vector<size_t>& columns) {
    key_columns_.clear();
    for (size_t column : columns) key_columns_.push_back(batch.columns[column]);
    keys_.clear();
    encode_keys(key_columns_, batch.selection, keys_);
  }

  void remember(const ColumnBatch& batch, OperatorOutput& out) {
    encode(batch, program_.table_key);
    std::vector<ColumnPtr> kept;
    for (size_t column : program_.kept) kept.push_back(batch.columns[column]);
    ByteRows images;
    codec_.encode(kept, batch.selection, images);
    std::vector<TableRows::Row> rows;
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      const uint32_t row = batch.selection[place];
      if (batch.change_of(row) == Change::kReplaced) {
        ++counts.absorbed;  // by the next one
        continue;
      }
      const bool is_deletion = batch.change_of(row) == Change::kRetract;
      if (keys_[place].size() + images[place].size() + kEntryOverhead > kEntryBytesMax) {
        ++counts.dead_letters;
        out.dead_letter(batch, {row, "state_too_large",
                                "a row of `" + program_.table + "` has more than " +
                                    std::to_string(kEntryBytesMax / 1024) + " KiB that are needed"});
        continue;
      }
      ++counts.absorbed;
      rows.push_back({keys_[place], batch.system->event_time[row],
                      is_deletion ? std::nullopt : std::optional(images[place])});
    }
    rows_->put(rows);
  }

  void join(ColumnBatch batch, OperatorOutput& out) {
    if (program_.versions) refuse_late(batch, out);
    look_up(batch);
    std::vector<uint32_t> matched;
    std::vector<uint32_t> unmatched;
    std::vector<std::string_view> images;
    const auto memory = std::make_shared<Arena>();
    for (size_t place = 0; place < batch.selection.size(); ++place) {
      const uint32_t row = batch.selection[place];
      (found_[place] ? matched : unmatched).push_back(row);
      if (found_[place]) images.push_back(memory->copy(*found_[place]));
    }
    if (program_.unmatched != Unmatched::kNulls) {
      leave_out(batch, unmatched, out);
      batch.selection = matched;
    }
    if (batch.selection.empty()) return;
    DecodedRows table = codec_.decode_into(matched, batch.rows(), images, memory);
    PACTOLUS_CHECK(table.failures.empty(), "a table's row cannot be read");
    emit(std::move(batch), table.columns, out);
  }

  /// A row's own watermark says whether the table's history at its time may be gone.
  void refuse_late(ColumnBatch& batch, OperatorOutput& out) {
    std::erase_if(batch.selection, [&](uint32_t row) {
      const EventTime watermark = batch.system->row_watermark[row];
      const EventTime time = batch.system->event_time[row];
      if (watermark == EventTime::min() || time >= watermark - *program_.versions) return false;
      ++counts.dead_letters;
      out.dead_letter(batch, {row, "late",
                              "what `" + program_.table + "` was at its time is not known any more: " +
                                  why_late(time + *program_.versions, watermark)});
      return true;
    });
  }

  /// A NULL equals nothing.
  void look_up(const ColumnBatch& batch) {
    encode(batch, program_.stream_key);
    lookups_.clear();
    for (size_t place = 0; place < keys_.size(); ++place)
      lookups_.push_back({keys_[place], batch.system->event_time[batch.selection[place]]});
    found_.resize(keys_.size());
    rows_->find(lookups_, found_);
    for (size_t place = 0; place < keys_.size(); ++place) {
      const auto is_null = [&](const ColumnPtr& column) { return column->is_null(batch.selection[place]); };
      if (std::ranges::any_of(key_columns_, is_null)) found_[place].reset();
    }
  }

  void leave_out(const ColumnBatch& batch, const std::vector<uint32_t>& rows, OperatorOutput& out) {
    if (program_.unmatched == Unmatched::kDrop) {
      counts.filtered += rows.size();
      return;
    }
    counts.dead_letters += rows.size();
    for (uint32_t row : rows)
      out.dead_letter(batch, {row, "unmatched", "`" + program_.table + "` has no row that matches"});
  }

  void emit(ColumnBatch batch, const std::vector<ColumnPtr>& table, OperatorOutput& out) {
    batch.columns.resize(program_.stream_columns + program_.table_columns);
    for (size_t i = 0; i < table.size(); ++i)
      batch.columns[program_.stream_columns + program_.kept[i]] = table[i];
    RowErrors errors;
    std::vector<ColumnPtr> result = program_.projection.evaluate(batch, errors);
    batch.columns.resize(program_.stream_columns);
    const std::vector<RowError> failed = errors.take();
    for (const RowError& error : failed) out.dead_letter(batch, error);
    remove_failed(batch.selection, failed);
    counts.dead_letters += failed.size();
    counts.passed += batch.selection.size();
    batch.columns = std::move(result);
    batch.schema = &program_.projection.schema;
    if (!batch.selection.empty()) out.emit(std::move(batch));
  }

  const TableJoinProgram& program_;
  RowCodec codec_;
  std::unique_ptr<TableRows> rows_;
  // Scratch, of one batch; by place.
  std::vector<ColumnPtr> key_columns_;
  ByteRows keys_;
  std::vector<TableRows::Lookup> lookups_;
  std::vector<std::optional<std::string_view>> found_;
};

class TableJoinNode final : public OperatorNode {
 public:
  explicit TableJoinNode(TableJoinProgram program) : program_(std::move(program)) {}

  const Schema& output() const override { return program_.projection.schema; }
  /// Of the stream alone: a row without match has NULL in the columns of the table.
  std::vector<std::optional<size_t>> copied_from(size_t input) const override {
    std::vector<std::optional<size_t>> columns = program_.projection.copied();
    for (std::optional<size_t>& column : columns) {
      if (input != kStream || column >= program_.stream_columns) column.reset();
    }
    return columns;
  }
  bool combines_inputs() const override { return true; }
  std::optional<std::vector<size_t>> co_located_by(size_t input) const override {
    return input == kStream ? program_.stream_key : program_.table_key;
  }
  std::optional<std::vector<size_t>> columns_used(size_t input) const override {
    std::vector<size_t> used = input == kStream ? program_.stream_key : program_.table_key;
    if (input != kStream) {
      used.insert(used.end(), program_.kept.begin(), program_.kept.end());
      return used;
    }
    for (size_t column : program_.projection.columns_used()) {
      if (column < program_.stream_columns) used.push_back(column);
    }
    return used;
  }
  std::optional<int32_t> repartition_partitions() const override { return program_.partitions; }
  std::vector<std::pair<std::string, std::string>> describe() const override { return program_.description; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<TableJoin>(program_, state);
  }

 private:
  TableJoinProgram program_;
};

}  // namespace

std::unique_ptr<const OperatorNode> make_table_join(TableJoinProgram program) {
  return std::make_unique<TableJoinNode>(std::move(program));
}

}  // namespace pactolus
