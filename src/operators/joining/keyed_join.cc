#include "operators/joining/keyed_join.h"

#include <algorithm>

#include "base/check.h"
#include "data/codecs/row_codec.h"
#include "data/gathered.h"
#include "data/key_encoding.h"
#include "operators/aggregation/row_comparison.h"
#include "operators/changing_rows.h"
#include "operators/image_entry.h"
#include "operators/tables/remembered_rows.h"
#include "state/entry_key.h"

namespace pactolus {
namespace {

enum Side : size_t { kLeft, kRight };

/// The image of a side's row; none: there is no row.
using Image = std::optional<std::string>;

/// A row of the result, from a row of each side or of one.
struct Joined {
  Image left;
  Image right;
};

class KeyedJoin final : public Operator {
 public:
  KeyedJoin(const KeyedJoinProgram& program, StateStore& state)
      : program_(program),
        codecs_{RowCodec(program.sides[kLeft].kept_schema), RowCodec(program.sides[kRight].kept_schema)},
        rows_{&state.declare(program.sides[kLeft].rows), &state.declare(program.sides[kRight].rows)} {}

  void process(ColumnBatch batch, size_t input, OperatorOutput& out) override {
    counts.rows_in += batch.selection.size();
    load(batch, input);
    for (size_t place = 0; place < batch.selection.size(); ++place) take(batch, input, place, out);
    emit(batch, out);
  }

 private:
  HotTable& rows(size_t side) { return rows_[side]->running(); }

  /// Reads from disk what the rows replace and meet.
  void load(const ColumnBatch& batch, size_t input) {
    const KeyedJoinSide& side = program_.sides[input];
    encode(batch, side.key, keys_);
    encode(batch, side.match, matches_);
    match_columns_.clear();
    for (size_t column : side.match) match_columns_.push_back(batch.columns[column]);
    kept_columns_.clear();
    for (size_t column : side.kept) kept_columns_.push_back(batch.columns[column]);
    rows(input).load(keys_.views());
    if (input == kLeft || program_.is_one_to_one) rows(1 - input).load(matches_.views());
  }

  static void encode(const ColumnBatch& batch, const std::vector<size_t>& columns, ByteRows& keys) {
    std::vector<ColumnPtr> key;
    for (size_t column : columns) key.push_back(batch.columns[column]);
    keys.clear();
    encode_keys(key, batch.selection, keys);
  }

  void take(const ColumnBatch& batch, size_t input, size_t place, OperatorOutput& out) {
    const uint32_t row = batch.selection[place];
    const Change change = batch.change_of(row);
    if (batch.is_replaced(place) && keys_[place] == keys_[place + 1]) {
      ++counts.absorbed;  // by the row that replaces it: what it was is known here
      return;
    }
    image_.clear();
    if (change == Change::kInsert) codecs_[input].append_row(kept_columns_, row, image_);
    if (refuse(batch, row, place, out)) return;
    ++counts.absorbed;
    Image after;
    if (change == Change::kInsert) after = image_;
    Image before = replace(rows(input), keys_[place], after);
    if (before == after) return;
    const bool is_null = is_null_match(row);
    if (input == kLeft) {
      const Image other = is_null ? Image() : find(rows(kRight), matches_[place]);
      note(joined(before, other), joined(after, other), row);
    } else if (is_null) {
      note(joined({}, before), joined({}, after), row);
    } else {
      change_right(batch, place, before, after, out);
    }
    if (changes_.size() >= kBatchRowsMax) emit(batch, out);
  }

  /// A row that cannot be taken.
  bool refuse(const ColumnBatch& batch, uint32_t row, size_t place, OperatorOutput& out) {
    const bool is_insert = batch.change_of(row) == Change::kInsert;
    std::optional<RowError> error;
    if (program_.is_full() && is_null_match(row)) {
      error = RowError{row, "null_key", "rows of two tables without key could not be told apart"};
    } else if (keys_[place].size() + image_.size() + kEntryOverhead > kEntryBytesMax) {
      error = RowError{
          row, "state_too_large",
          "what is remembered of the row is longer than " + std::to_string(kEntryBytesMax / 1024) + " KiB"};
    }
    if (!error) return false;
    ++(is_insert ? counts.dead_letters : counts.filtered);
    if (is_insert) out.dead_letter(batch, *error);
    return true;
  }

  bool is_null_match(uint32_t row) const {
    return std::ranges::any_of(match_columns_, [&](const ColumnPtr& column) { return column->is_null(row); });
  }

  static Image find(HotTable& table, std::string_view key) {
    const std::byte* entry = table.find(key);
    if (entry == nullptr) return std::nullopt;
    return std::string(image_of(entry));
  }

  /// Gives what was there.
  static Image replace(HotTable& table, std::string_view key, const Image& after) {
    Image before = find(table, key);
    if (before == after) return before;
    if (after) {
      put_image(table, key, *after);
    } else {
      table.erase(key);
    }
    return before;
  }

  /// All results that a right row is in change, in the order of the left table's keys.
  void change_right(const ColumnBatch& batch, size_t place, const Image& before, const Image& after,
                    OperatorOutput& out) {
    const uint32_t cause = batch.selection[place];
    const std::string_view match = matches_[place];
    if (program_.is_one_to_one) {
      const Image left = find(rows(kLeft), match);
      note(joined(left, before), joined(left, after), cause);
      return;
    }
    auto found = rows(kLeft).neighbour(match, match, KeyDirection::kUp);
    for (; found; found = rows(kLeft).neighbour(found->key, match, KeyDirection::kUp)) {
      const Image left(image_of(found->row));
      note(joined(left, before), joined(left, after), cause);
      if (changes_.size() >= kBatchRowsMax) emit(batch, out);
    }
  }

  /// None: these two make no row of the result.
  std::optional<Joined> joined(const Image& left, const Image& right) const {
    const bool is_kept = (left && right) || (left && program_.sides[kLeft].is_outer) ||
                         (right && program_.sides[kRight].is_outer);
    return is_kept ? std::optional(Joined{left, right}) : std::nullopt;
  }

  void note(std::optional<Joined> before, std::optional<Joined> after, uint32_t cause) {
    if (before) note(after ? Change::kReplaced : Change::kRetract, *std::move(before), cause);
    if (after) note(Change::kInsert, *std::move(after), cause);
  }
  void note(Change change, Joined row, uint32_t cause) {
    changes_.push_back(change);
    images_.push_back(std::move(row));
    causes_.push_back(cause);
  }

  /// Failed results are told with the rows that caused them.
  class FailedResults final : public OperatorOutput {
   public:
    FailedResults(const ColumnBatch& batch, const std::vector<uint32_t>& causes, OperatorOutput& out)
        : batch_(batch), causes_(causes), out_(out) {}
    void emit(ColumnBatch) override {}
    void dead_letter(const ColumnBatch&, const RowError& error) override {
      out_.dead_letter(batch_, {causes_[error.row], error.code, error.message});
    }

   private:
    const ColumnBatch& batch_;
    const std::vector<uint32_t>& causes_;
    OperatorOutput& out_;
  };

  /// Hands on what has changed, at the times of the rows that did it.
  void emit(const ColumnBatch& batch, OperatorOutput& out) {
    if (changes_.empty()) return;
    ColumnBatch result = decoded();
    auto system = gathered_system(*batch.system, causes_);
    system->change = std::move(changes_);
    result.system = std::move(system);
    RowErrors errors;
    result.columns = program_.projection.evaluate(result, errors);
    result.schema = &program_.projection.schema;
    const std::vector<RowError> failed = errors.take();
    StepCounts passed;
    FailedResults dead(batch, causes_, out);
    let_changes_pass(
        result, failed, [](uint32_t) { return true; }, passed, dead);
    counts.dead_results += passed.dead_letters;
    leave_what_changed(result);
    changes_.clear();
    images_.clear();
    causes_.clear();
    if (!result.selection.empty()) out.emit(std::move(result));
  }

  /// The rows of both sides, without their system columns.
  ColumnBatch decoded() {
    ColumnBatch result{&program_.row, std::vector<ColumnPtr>(program_.row.size()), nullptr, {}};
    for (uint32_t row = 0; row < images_.size(); ++row) result.selection.push_back(row);
    const auto memory = std::make_shared<std::vector<Joined>>(std::move(images_));
    for (size_t side : {kLeft, kRight}) {
      std::vector<uint32_t> slots;
      std::vector<std::string_view> views;
      for (uint32_t row = 0; row < memory->size(); ++row) {
        const Image& image = side == kLeft ? (*memory)[row].left : (*memory)[row].right;
        if (!image) continue;
        slots.push_back(row);
        views.push_back(*image);
      }
      DecodedRows rows = codecs_[side].decode_into(slots, memory->size(), views, memory);
      PACTOLUS_CHECK(rows.failures.empty(), "a row of a join cannot be read");
      const KeyedJoinSide& its = program_.sides[side];
      for (size_t i = 0; i < rows.columns.size(); ++i)
        result.columns[its.begin + its.kept[i]] = std::move(rows.columns[i]);
    }
    if (program_.is_full()) merge_keys(*memory, result);
    return result;
  }

  /// In a full join the key's columns of the left side are those of the side that is there, as SQL's USING
  /// has it.
  void merge_keys(const std::vector<Joined>& images, ColumnBatch& rows) const {
    for (size_t i = 0; i < program_.sides[kLeft].match.size(); ++i) {
      ColumnPtr& left = rows.columns[program_.sides[kLeft].begin + program_.sides[kLeft].match[i]];
      const ColumnPtr& right = rows.columns[program_.sides[kRight].begin + program_.sides[kRight].match[i]];
      auto merged = make_column(left->type(), images.size(), Column::Unwritten{});
      merged->keep(left);
      merged->keep(right);
      visit_physical(left->type().kind, [&]<class T>() {
        for (size_t row = 0; row < images.size(); ++row) {
          const Column& from = images[row].left ? *left : *right;
          merged->values<T>()[row] = from.values<T>()[row];
          merged->nulls()[row] = from.nulls()[row];
        }
      });
      left = std::move(merged);
    }
  }

  /// Takes out updates that change nothing, and before-rows that nobody wants; counts results.
  void leave_what_changed(ColumnBatch& batch) {
    std::vector<uint32_t> left;
    for (size_t i = 0; i < batch.selection.size(); ++i) {
      const uint32_t row = batch.selection[i];
      if (batch.is_replaced(i)) {
        const uint32_t after = batch.selection[++i];
        if (is_same(batch, row, after)) continue;
        if (before_rows) left.push_back(row);
        left.push_back(after);
      } else {
        left.push_back(row);
      }
      ++counts.results_by_row;
    }
    batch.selection = std::move(left);
  }

  static bool is_same(const ColumnBatch& batch, uint32_t a, uint32_t b) {
    return std::ranges::all_of(batch.columns,
                               [&](const ColumnPtr& column) { return same_slot(*column, a, *column, b); });
  }

  const KeyedJoinProgram& program_;
  std::array<RowCodec, 2> codecs_;
  std::array<StateTable*, 2> rows_;
  // Of the batch that is processed.
  ByteRows keys_;
  ByteRows matches_;
  std::vector<ColumnPtr> match_columns_;
  std::vector<ColumnPtr> kept_columns_;
  std::string image_;
  // What has not gone out yet.
  std::vector<Change> changes_;
  std::vector<Joined> images_;
  std::vector<uint32_t> causes_;
};

class KeyedJoinNode final : public OperatorNode {
 public:
  explicit KeyedJoinNode(KeyedJoinProgram program) : program_(std::move(program)) {}

  const Schema& output() const override { return program_.projection.schema; }
  bool is_table() const override { return true; }
  std::vector<size_t> key_columns() const override { return program_.key; }
  /// What rows were is known from the state; only one that moves to another partition has to be taken back
  /// where it was.
  bool takes_before_rows(bool) const override { return program_.moves; }
  /// A side whose rows may be absent is not copied, but for a full join's keys.
  std::vector<std::optional<size_t>> copied_from(size_t input) const override {
    std::vector<std::optional<size_t>> columns = program_.projection.copied();
    const KeyedJoinSide& side = program_.sides[input];
    const size_t end = input == kLeft ? program_.sides[kRight].begin : program_.row.size();
    for (std::optional<size_t>& column : columns) {
      const bool is_own = column && *column >= side.begin && *column < end;
      const bool is_merged = is_own && program_.is_full() && input == kLeft &&
                             std::ranges::find(side.match, *column) != side.match.end();
      const bool may_be_absent = program_.sides[1 - input].is_outer && !is_merged;
      column = is_own && !may_be_absent ? std::optional(*column - side.begin) : std::nullopt;
    }
    return columns;
  }
  bool combines_inputs() const override { return true; }
  std::optional<std::vector<size_t>> co_located_by(size_t input) const override {
    return program_.sides[input].match;
  }
  std::optional<std::vector<size_t>> columns_used(size_t input) const override {
    std::vector<size_t> used = program_.sides[input].key;
    used.insert(used.end(), program_.sides[input].kept.begin(), program_.sides[input].kept.end());
    return used;
  }
  std::optional<int32_t> repartition_partitions() const override { return program_.partitions; }
  std::vector<std::pair<std::string, std::string>> describe() const override { return program_.description; }
  std::unique_ptr<Operator> instantiate(StateStore& state) const override {
    return std::make_unique<KeyedJoin>(program_, state);
  }

 private:
  KeyedJoinProgram program_;
};

}  // namespace

std::unique_ptr<const OperatorNode> make_keyed_join(KeyedJoinProgram program) {
  return std::make_unique<KeyedJoinNode>(std::move(program));
}

}  // namespace pactolus
